import { useRef, useState } from 'react';
import type { AccountSummary } from '../../../app/model/account.js';
import type { VaultError } from '../../../app/errors.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { ErrorNote } from '../../components/error-note.js';
import { PassphraseField, type PassphraseHandle } from '../../components/passphrase-field.js';
import { ProgressBar } from '../../components/progress.js';
import { acceptVaultState, useAccount } from '../../state/account.js';
import { client } from '../../state/client.js';
import { asVaultError } from '../../state/error-advice.js';
import { toast } from '../../state/toasts.js';
import { KeySizeField } from '../first-run/advanced.js';
import { stepTexts } from '../first-run/deriving.js';
import { NewPassphrase, type NewPassphraseHandle } from '../first-run/new-passphrase.js';

const Working = () => {
  const progress = useAccount((state) => state.progress);
  const step = progress?.step ?? 'stretch';
  return (
    <div role="status">
      <p>{stepTexts[step]}…</p>
      <ProgressBar label={stepTexts[step]} fraction={progress?.fraction ?? 0} />
    </div>
  );
};

/** The old key stays in a chain behind the new one, so everything older stays readable. */
export const ChangePassphrase = ({ account, onClose }: { account: AccountSummary; onClose: () => void }) => {
  const current = useRef<PassphraseHandle>(null);
  const next = useRef<NewPassphraseHandle>(null);
  const [bits, setBits] = useState(account.bits);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<VaultError | null>(null);
  const [problem, setProblem] = useState<string>();

  const change = async () => {
    const nextBytes = next.current?.take();
    if (!nextBytes) return;
    const currentBytes = current.current?.take() ?? new Uint8Array();
    setBusy(true);
    setError(null);
    setProblem(undefined);
    try {
      acceptVaultState(await client.account.changePassphrase({ current: currentBytes, next: nextBytes, bits }));
      toast({ kind: 'done', text: 'Passphrase changed. Save a new recovery sheet.' });
      onClose();
    } catch (failure) {
      const wrong = asVaultError(failure);
      if (wrong.code === 'wrong-passphrase') setProblem('This is not your current passphrase.');
      else setError(wrong);
      setBusy(false);
    } finally {
      currentBytes.fill(0);
      nextBytes.fill(0);
    }
  };

  return (
    <Dialog
      title="Change passphrase"
      onClose={() => {
        if (!busy) onClose();
      }}
      onSubmit={() => void change()}
      footer={
        <>
          <Button disabled={busy} onClick={onClose}>
            Cancel
          </Button>
          <Button look="primary" submit disabled={busy}>
            Change passphrase
          </Button>
        </>
      }
    >
      {error ? <ErrorNote error={error} /> : null}
      {busy ? <Working /> : null}
      <div className="dialog-fields" hidden={busy}>
        <PassphraseField ref={current} label="Current passphrase" autoFocus problem={problem} />
        <NewPassphrase ref={next} suite={account.suite} label="New passphrase" />
        <KeySizeField suite={account.suite} bits={bits} onBits={setBits} />
      </div>
    </Dialog>
  );
};
