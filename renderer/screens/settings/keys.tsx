import { useState } from 'react';
import { Button } from '../../components/button.js';
import { Fingerprint } from '../../components/fingerprint.js';
import { SettingRow } from '../../components/switch.js';
import { useAccount } from '../../state/account.js';
import { attempt } from '../../state/attempt.js';
import { client } from '../../state/client.js';
import { formatTime } from '../../state/format.js';
import { toast } from '../../state/toasts.js';
import { ChangePassphrase } from './change-passphrase.js';
import { ExportKey } from './export-key.js';

const saveSheet = () =>
  attempt(async () => {
    const { saved } = await client.account.saveRecoverySheet({});
    if (saved) toast({ kind: 'done', text: 'Recovery sheet saved' });
  });

const suiteWords = { vault: 'Vault suite', coretex: 'Coretex suite' } as const;

export const Keys = () => {
  const account = useAccount((state) => state.vault?.account ?? null);
  const [open, setOpen] = useState<'change' | 'export' | null>(null);
  if (!account) return null;
  return (
    <>
      <div className="card">
        <SettingRow
          label="Master key"
          hint={`${suiteWords[account.suite]}, ${account.bits.toLocaleString('en')} bits, version ${account.version}, made ${formatTime(account.created)}`}
        >
          <Button onClick={() => setOpen('change')}>Change passphrase…</Button>
        </SettingRow>
        <SettingRow label="Recovery sheet" hint="A page to print, with a line for your passphrase.">
          <Button onClick={() => void saveSheet()}>Save as PDF…</Button>
        </SettingRow>
        <SettingRow label="Key file" hint="Your private key as PKCS#12, for other programs.">
          <Button onClick={() => setOpen('export')}>Export…</Button>
        </SettingRow>
      </div>
      <Fingerprint account={account} />
      {open === 'change' ? <ChangePassphrase account={account} onClose={() => setOpen(null)} /> : null}
      {open === 'export' ? <ExportKey onClose={() => setOpen(null)} /> : null}
    </>
  );
};
