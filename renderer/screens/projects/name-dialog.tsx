import { useState } from 'react';
import type { VaultError } from '../../../app/errors.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { ErrorNote } from '../../components/error-note.js';
import { TextField } from '../../components/field.js';
import { asVaultError } from '../../state/error-advice.js';

/** Asks for one name. What main refuses is shown under the field, and the name stays. */
export const NameDialog = ({
  title,
  label,
  yes,
  hint,
  initial = '',
  check,
  onSave,
  onClose,
}: {
  title: string;
  label: string;
  yes: string;
  hint?: string;
  initial?: string;
  check?: (name: string) => string | null;
  onSave: (name: string) => Promise<void>;
  onClose: () => void;
}) => {
  const [name, setName] = useState(initial);
  const [problem, setProblem] = useState<string>();
  const [error, setError] = useState<VaultError | null>(null);
  const [busy, setBusy] = useState(false);
  const save = async () => {
    const trimmed = name.trim();
    const wrong = trimmed === '' ? 'Type a name.' : (check?.(trimmed) ?? null);
    if (wrong !== null) {
      setProblem(wrong);
      return;
    }
    setBusy(true);
    try {
      await onSave(trimmed);
      onClose();
    } catch (failure) {
      setError(asVaultError(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={() => void save()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" submit disabled={busy}>
            {yes}
          </Button>
        </>
      }
    >
      {error ? <ErrorNote error={error} /> : null}
      <TextField
        label={label}
        hint={hint}
        autoFocus
        maxLength={200}
        value={name}
        problem={problem}
        onText={(text) => {
          setProblem(undefined);
          setName(text);
        }}
        onFocus={(event) => event.target.select()}
      />
    </Dialog>
  );
};
