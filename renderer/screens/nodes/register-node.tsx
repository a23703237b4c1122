import { useRef, useState, type KeyboardEvent } from 'react';
import { Check, KeyRound, Server, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { KeySize, Suite } from '../../../app/model/account.js';
import type { VaultError } from '../../../app/errors.js';
import type { Enrolment } from '../../../app/model/people.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { ErrorNote } from '../../components/error-note.js';
import { SelectField, TextField } from '../../components/field.js';
import { ProgressBar } from '../../components/progress.js';
import { useAccount } from '../../state/account.js';
import { asVaultError } from '../../state/error-advice.js';
import { inviteNode, registerNode } from '../../state/nodes.js';
import { KeySizeField } from '../first-run/advanced.js';
import { stepTexts } from '../first-run/deriving.js';
import { NewPassphrase, type NewPassphraseHandle } from '../first-run/new-passphrase.js';
import { usualBits } from '../first-run/steps.js';
import { EnrolmentCode } from './enrolment-code.js';

type Way = 'own' | 'secret';

const ways: readonly (readonly [Way, string, string, LucideIcon])[] = [
  ['own', 'The node makes its own key', 'The key never leaves the node. You give its admin a one-time code.', Server],
  ['secret', 'From a node secret', 'The key comes from a secret that you type here and give to the node.', KeyRound],
];

/** Arrow keys choose, as among the radio buttons of every desktop. */
const onArrow = (event: KeyboardEvent<HTMLElement>, way: Way, onWay: (way: Way) => void): void => {
  if (!event.key.startsWith('Arrow')) return;
  event.preventDefault();
  onWay(way === 'own' ? 'secret' : 'own');
  const [first, last] = event.currentTarget.querySelectorAll('button');
  (way === 'own' ? last : first)?.focus();
};

const Ways = ({ way, onWay }: { way: Way; onWay: (way: Way) => void }) => (
  <div
    role="radiogroup"
    aria-label="Where the node’s key comes from"
    className="places node-ways"
    onKeyDown={(event) => onArrow(event, way, onWay)}
  >
    {ways.map(([name, title, text, Icon]) => (
      <button
        key={name}
        type="button"
        role="radio"
        aria-checked={way === name}
        tabIndex={way === name ? 0 : -1}
        className="place"
        onClick={() => onWay(name)}
      >
        <Icon size={20} strokeWidth={1.5} aria-hidden />
        <span className="place-text">
          <span className="place-title">{title}</span>
          <span className="quiet">{text}</span>
        </span>
        <span className="place-check">{way === name ? <Check size={14} strokeWidth={3} aria-hidden /> : null}</span>
      </button>
    ))}
  </div>
);

const suiteNames: readonly (readonly [Suite, string])[] = [
  ['vault', 'Vault: protected against guessing (recommended)'],
  ['coretex', 'Coretex: works with the Coretex Python library'],
];

type KeyChoice = Readonly<{ suite: Suite; bits: KeySize }>;

const KeyFields = ({ choice, onChange }: { choice: KeyChoice; onChange: (choice: KeyChoice) => void }) => (
  <>
    <SelectField
      label="Kind of key"
      value={choice.suite}
      options={suiteNames}
      onValue={(suite) => onChange({ suite, bits: usualBits(suite) })}
    />
    {choice.suite === 'coretex' ? (
      <p className="price" role="note">
        <TriangleAlert size={16} aria-hidden />
        <span>
          <strong>The price:</strong> no salt and no slow function protect this key, so whoever sees its public half can
          guess at full speed. Take a generated secret of at least seven words, and use it for this node alone.
        </span>
      </p>
    ) : null}
    <KeySizeField suite={choice.suite} bits={choice.bits} onBits={(bits) => onChange({ ...choice, bits })} />
  </>
);

const Working = () => {
  const progress = useAccount((state) => state.progress);
  const text =
    progress === null || progress.step === 'stretch' ? 'Stretching the node secret' : stepTexts[progress.step];
  return (
    <div role="status">
      <p>{text}…</p>
      <ProgressBar label={text} fraction={progress?.fraction ?? 0} />
    </div>
  );
};

type Problems = { name?: string; error?: VaultError };

/** Registers a node, either from a secret or with a code for a key that the node makes itself. */
export const RegisterNode = ({ onClose }: { onClose: () => void }) => {
  const secret = useRef<NewPassphraseHandle>(null);
  const [way, setWay] = useState<Way>('own');
  const [name, setName] = useState('');
  const [choice, setChoice] = useState<KeyChoice>({ suite: 'vault', bits: usualBits('vault') });
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState<Problems>({});
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);

  const run = async (task: () => Promise<void>) => {
    setBusy(true);
    setProblems({});
    try {
      await task();
    } catch (failure) {
      setProblems({ error: asVaultError(failure) });
    } finally {
      setBusy(false);
    }
  };

  const submit = () => {
    const trimmed = name.trim();
    if (trimmed === '') {
      setProblems({ name: 'Type a name that tells this node from others.' });
      return;
    }
    if (way === 'own') {
      void run(async () => setEnrolment(await inviteNode(trimmed)));
      return;
    }
    const bytes = secret.current?.take();
    if (!bytes) return;
    void run(async () => {
      await registerNode({ name: trimmed, ...choice, secret: bytes });
      onClose();
    });
  };

  if (enrolment)
    return (
      <Dialog
        title={`Enrol ${enrolment.name}`}
        onClose={onClose}
        onSubmit={onClose}
        footer={
          <Button look="primary" submit data-first>
            Done
          </Button>
        }
      >
        <EnrolmentCode enrolment={enrolment} />
      </Dialog>
    );

  return (
    <Dialog
      title="Register a node"
      onClose={() => {
        if (!busy) onClose();
      }}
      onSubmit={submit}
      footer={
        <>
          <Button disabled={busy} onClick={onClose}>
            Cancel
          </Button>
          <Button look="primary" submit disabled={busy}>
            {way === 'own' ? 'Make a code' : 'Register'}
          </Button>
        </>
      }
    >
      {problems.error ? <ErrorNote error={problems.error} /> : null}
      {busy && way === 'secret' ? <Working /> : null}
      <div className="dialog-fields" hidden={busy && way === 'secret'}>
        <TextField
          label="Name of the node"
          placeholder="gamma-07"
          data-first
          value={name}
          maxLength={200}
          problem={problems.name}
          onText={(text) => {
            setName(text);
            setProblems({});
          }}
        />
        <Ways way={way} onWay={setWay} />
        {way === 'secret' ? (
          <>
            <NewPassphrase ref={secret} suite={choice.suite} label="Node secret" />
            <p className="field-note">
              It is stored nowhere. Put it where the node reads it from, before you close this window.
            </p>
            <KeyFields choice={choice} onChange={setChoice} />
          </>
        ) : null}
      </div>
    </Dialog>
  );
};
