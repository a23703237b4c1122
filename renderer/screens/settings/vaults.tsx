import { useState } from 'react';
import { Plus } from 'lucide-react';
import { Button } from '../../components/button.js';
import { Confirm } from '../../components/confirm.js';
import { SettingRow } from '../../components/switch.js';
import { Badge } from '../../components/tag.js';
import { acceptVaultState, openSetUp, selectVault, useAccount } from '../../state/account.js';
import { attempt } from '../../state/attempt.js';
import { client } from '../../state/client.js';

export const Vaults = () => {
  const vault = useAccount((state) => state.vault);
  const [forgetting, setForgetting] = useState<{ id: string; label: string } | null>(null);
  if (!vault) return null;
  const forget = (vaultId: string) => attempt(async () => acceptVaultState(await client.account.forget({ vaultId })));
  return (
    <>
      <div className="card">
        {vault.vaults.map(({ id, label, active }) => (
          <SettingRow key={id} label={label} hint={active ? vault.storeLabel : undefined}>
            {active ? (
              <Badge look="accent">Open</Badge>
            ) : (
              <Button onClick={() => void attempt(() => selectVault(id))}>Open</Button>
            )}
            <Button
              look="quiet"
              aria-label={`Remove ${label} from this computer`}
              onClick={() => setForgetting({ id, label })}
            >
              Remove…
            </Button>
          </SettingRow>
        ))}
      </div>
      <div>
        <Button icon={Plus} onClick={openSetUp}>
          Add a vault…
        </Button>
      </div>
      {forgetting ? (
        <Confirm
          title={`Remove “${forgetting.label}” from this computer?`}
          yes="Remove"
          onYes={() => void forget(forgetting.id)}
          onClose={() => setForgetting(null)}
        >
          The encrypted data stays where it is. You can add the vault again with its folder or bucket and your
          passphrase.
        </Confirm>
      ) : null}
    </>
  );
};
