import { useEffect, useState } from 'react';
import { X } from 'lucide-react';
import { IconButton } from '../../components/button.js';
import { closeSetUp, createVault, useAccount } from '../../state/account.js';
import { clearBucket, useBucket, usingBucket } from '../../state/bucket-form.js';
import { asVaultError } from '../../state/error-advice.js';
import type { VaultError } from '../../../app/errors.js';
import { ChoosePassphrase } from './choose-passphrase.js';
import { ChoosePlace } from './choose-place.js';
import { ConnectBucket } from './connect-bucket.js';
import { Deriving } from './deriving.js';
import { Recovery } from './recovery.js';
import { defaultChoice, stepNames, type Place, type Step } from './steps.js';
import './first-run.css';

const StepDots = ({ step }: { step: Step }) => (
  <ol className="steps" aria-label="Steps">
    {stepNames.map((name, index) => (
      <li key={name} aria-current={index === step ? 'step' : undefined} data-done={index < step}>
        {name}
      </li>
    ))}
  </ol>
);

type NewVault = Omit<Parameters<typeof createVault>[0], 'location'>;

const createIn = (place: Place, rest: NewVault): Promise<void> => {
  if (place.kind === 's3') return usingBucket((location) => createVault({ location, ...rest }));
  const location = place.kind === 'default' ? place : { kind: place.kind, handle: place.handle };
  return createVault({ location, ...rest });
};

/** Makes a vault in four steps: where, who, the key, the recovery sheet. */
export const FirstRun = () => {
  const [step, setStep] = useState<Step>(0);
  const [choice, setChoice] = useState(defaultChoice);
  const [error, setError] = useState<VaultError | null>(null);
  /** the bucket's form, the second half of the first step */
  const [connecting, setConnecting] = useState(false);
  const joins = useBucket((state) => state.check?.holdsVault === true);
  const canLeave = useAccount((state) => state.vault !== null && state.vault.phase !== 'none') && step < 2;

  // SECURITY (promise 9): keys that were typed go with the flow, however it is left.
  useEffect(() => clearBucket, []);

  const create = async (passphrase: Uint8Array<ArrayBuffer>): Promise<void> => {
    setError(null);
    setStep(2);
    const { place, name, suite, bits } = choice;
    try {
      await createIn(place, { name, passphrase, suite, bits });
      setStep(3);
    } catch (failure) {
      setError(asVaultError(failure));
      setStep(1);
    }
  };

  return (
    <div className="setup">
      {canLeave ? <IconButton className="setup-close" label="Cancel" icon={X} onClick={closeSetUp} /> : null}
      <main className="setup-card">
        <StepDots step={step} />
        {step === 0 && !connecting ? (
          <ChoosePlace
            choice={choice}
            onChange={(next) => {
              if (next.place.kind !== 's3') clearBucket();
              setChoice(next);
            }}
            onNext={() => (choice.place.kind === 's3' ? setConnecting(true) : setStep(1))}
          />
        ) : null}
        {step === 0 && connecting ? (
          <ConnectBucket onBack={() => setConnecting(false)} onNext={() => setStep(1)} />
        ) : null}
        {step === 1 ? (
          <ChoosePassphrase
            choice={choice}
            error={error}
            yes={choice.place.kind === 's3' && joins ? 'Join vault' : 'Create vault'}
            onChange={setChoice}
            onBack={() => setStep(0)}
            onCreate={(passphrase) => void create(passphrase)}
          />
        ) : null}
        {step === 2 ? <Deriving bits={choice.bits} /> : null}
        {step === 3 ? <Recovery /> : null}
      </main>
    </div>
  );
};
