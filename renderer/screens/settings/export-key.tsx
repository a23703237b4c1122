import { useRef, useState } from 'react';
import type { VaultError } from '../../../app/errors.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { ErrorNote } from '../../components/error-note.js';
import { PassphraseField, type PassphraseHandle } from '../../components/passphrase-field.js';
import { client } from '../../state/client.js';
import { asVaultError } from '../../state/error-advice.js';
import { toast } from '../../state/toasts.js';
import { NewPassphrase, type NewPassphraseHandle } from '../first-run/new-passphrase.js';

/** Writes the private key to a file of its own passphrase. */
export const ExportKey = ({ onClose }: { onClose: () => void }) => {
  const own = useRef<PassphraseHandle>(null);
  const file = useRef<NewPassphraseHandle>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<VaultError | null>(null);
  const [problem, setProblem] = useState<string>();

  const save = async () => {
    const filePassphrase = file.current?.take();
    if (!filePassphrase) return;
    const passphrase = own.current?.take() ?? new Uint8Array();
    setBusy(true);
    setError(null);
    setProblem(undefined);
    try {
      const { saved } = await client.account.exportPkcs12({ passphrase, filePassphrase });
      if (saved) toast({ kind: 'done', text: 'Key file saved' });
      onClose();
    } catch (failure) {
      const wrong = asVaultError(failure);
      if (wrong.code === 'wrong-passphrase') setProblem('This is not your passphrase.');
      else setError(wrong);
      setBusy(false);
    } finally {
      passphrase.fill(0);
      filePassphrase.fill(0);
    }
  };

  return (
    <Dialog
      title="Export key file"
      onClose={onClose}
      onSubmit={() => void save()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" submit disabled={busy}>
            Export…
          </Button>
        </>
      }
    >
      {error ? <ErrorNote error={error} /> : null}
      <p>Whoever has this file and its passphrase can read everything in your vault. Most people never need it.</p>
      <PassphraseField ref={own} label="Your passphrase" autoFocus problem={problem} />
      <NewPassphrase ref={file} suite="vault" label="File passphrase" />
    </Dialog>
  );
};
