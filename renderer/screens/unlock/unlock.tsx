import { useRef, useState } from 'react';
import { ChevronsUpDown, KeySquare, Plus } from 'lucide-react';
import type { VaultState } from '../../../app/contract/account.js';
import type { VaultError } from '../../../app/errors.js';
import { Button } from '../../components/button.js';
import { ErrorNote } from '../../components/error-note.js';
import { Logo } from '../../components/logo.js';
import { Menu, MenuChoice, MenuItem, MenuLine } from '../../components/menu.js';
import { PassphraseField, type PassphraseHandle } from '../../components/passphrase-field.js';
import { ProgressBar } from '../../components/progress.js';
import { openSetUp, selectVault, unlock, unlockRemembered, useAccount } from '../../state/account.js';
import { attempt } from '../../state/attempt.js';
import { asVaultError } from '../../state/error-advice.js';
import { stepTexts } from '../first-run/deriving.js';
import { lockReasonTexts } from './lock-reasons.js';
import './unlock.css';

const VaultSwitcher = ({ vault }: { vault: VaultState }) => (
  <Menu
    align="start"
    trigger={
      <Button look="quiet" className="unlock-switch">
        <span className="truncate">{vault.storeLabel}</span>
        <ChevronsUpDown size={14} aria-hidden />
      </Button>
    }
  >
    {vault.vaults.map(({ id, label, active }) => (
      <MenuChoice
        key={id}
        label={label}
        checked={active}
        onSelect={() => {
          if (!active) void attempt(() => selectVault(id));
        }}
      />
    ))}
    <MenuLine />
    <MenuItem icon={Plus} label="Add a vault…" onSelect={openSetUp} />
  </Menu>
);

const Progress = () => {
  const progress = useAccount((state) => state.progress);
  const step = progress?.step ?? 'stretch';
  return (
    <div className="unlock-progress" role="status">
      <ProgressBar label={stepTexts[step]} fraction={progress?.fraction ?? 0} />
      <p className="quiet small">{stepTexts[step]}…</p>
    </div>
  );
};

export const Unlock = ({ vault }: { vault: VaultState }) => {
  const field = useRef<PassphraseHandle>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<VaultError | null>(null);
  const [problem, setProblem] = useState<string>();

  const open = async (task: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    setProblem(undefined);
    try {
      await task();
    } catch (failure) {
      const wrong = asVaultError(failure);
      if (wrong.code === 'wrong-passphrase')
        setProblem('That passphrase does not open this vault. Check Caps Lock and the keyboard layout.');
      else setError(wrong);
      setTimeout(() => field.current?.focus());
    } finally {
      setBusy(false);
    }
  };

  const submit = () => {
    const passphrase = field.current?.take() ?? new Uint8Array();
    if (passphrase.length === 0) {
      setProblem('Type your passphrase.');
      field.current?.focus();
    } else void open(() => unlock(passphrase));
  };

  return (
    <main className="unlock">
      <form
        className="unlock-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Logo size={64} />
        <div className="unlock-head">
          <h1 className="truncate" title={vault.account?.name}>
            {vault.account?.name ?? 'Coretex Vault'}
          </h1>
          <VaultSwitcher vault={vault} />
        </div>
        {error ? <ErrorNote error={error} /> : null}
        <PassphraseField ref={field} label="Passphrase" large autoFocus disabled={busy} problem={problem} />
        {busy ? (
          <Progress />
        ) : (
          <Button look="primary" className="button-large" submit>
            Unlock
          </Button>
        )}
        {vault.remembered && !busy ? (
          <Button look="quiet" icon={KeySquare} onClick={() => void open(unlockRemembered)}>
            Unlock with this computer’s keychain
          </Button>
        ) : null}
        {lockReasonTexts[vault.lockReason] && !busy ? (
          <p className="quiet unlock-reason">{lockReasonTexts[vault.lockReason]}</p>
        ) : null}
      </form>
    </main>
  );
};
