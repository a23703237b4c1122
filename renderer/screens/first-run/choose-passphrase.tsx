import { useRef, useState } from 'react';
import { ChevronRight } from 'lucide-react';
import type { VaultError } from '../../../app/errors.js';
import { Button } from '../../components/button.js';
import { ErrorNote } from '../../components/error-note.js';
import { TextField } from '../../components/field.js';
import { Advanced } from './advanced.js';
import { NewPassphrase, type NewPassphraseHandle } from './new-passphrase.js';
import type { Choice } from './steps.js';

export const ChoosePassphrase = ({
  choice,
  error,
  yes,
  onChange,
  onBack,
  onCreate,
}: {
  choice: Choice;
  error: VaultError | null;
  /** what the button says */
  yes: string;
  onChange: (choice: Choice) => void;
  onBack: () => void;
  onCreate: (passphrase: Uint8Array<ArrayBuffer>) => void;
}) => {
  const passphrase = useRef<NewPassphraseHandle>(null);
  const [nameProblem, setNameProblem] = useState<string>();
  const submit = () => {
    if (choice.name.trim() === '') {
      setNameProblem('Type the name that others will see.');
      return;
    }
    const bytes = passphrase.current?.take();
    if (bytes) onCreate(bytes);
  };
  return (
    <form
      noValidate
      className="setup-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="setup-head">
        <h1>Your master key</h1>
        <p>Your passphrase becomes your key. It is stored nowhere, and nobody can reset it.</p>
      </div>
      {error ? <ErrorNote error={error} /> : null}
      <TextField
        label="Your name"
        autoFocus
        value={choice.name}
        maxLength={200}
        problem={nameProblem}
        onText={(name) => {
          setNameProblem(undefined);
          onChange({ ...choice, name });
        }}
      />
      <NewPassphrase ref={passphrase} suite={choice.suite} />
      <details className="advanced" open={choice.suite === 'coretex' || undefined}>
        <summary>
          <ChevronRight size={16} aria-hidden />
          Advanced
        </summary>
        <Advanced choice={choice} onChange={onChange} />
      </details>
      <div className="setup-foot">
        <Button className="button-large" onClick={onBack}>
          Back
        </Button>
        <Button look="primary" className="button-large" submit>
          {yes}
        </Button>
      </div>
    </form>
  );
};
