import { useState } from 'react';
import { X } from 'lucide-react';
import { IconButton } from '../../components/button.js';
import { closeSetUp, createVault, useAccount } from '../../state/account.js';
import { asVaultError } from '../../state/error-advice.js';
import type { VaultError } from '../../../app/errors.js';
import { ChoosePassphrase } from './choose-passphrase.js';
import { ChoosePlace } from './choose-place.js';
import { Deriving } from './deriving.js';
import { Recovery } from './recovery.js';
import { defaultChoice, stepNames, type Step } from './steps.js';
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

/** Makes a vault in four steps: where, who, the key, the recovery sheet. */
export const FirstRun = () => {
  const [step, setStep] = useState<Step>(0);
  const [choice, setChoice] = useState(defaultChoice);
  const [error, setError] = useState<VaultError | null>(null);
  const canLeave = useAccount((state) => state.vault !== null && state.vault.phase !== 'none') && step < 2;

  const create = async (passphrase: Uint8Array<ArrayBuffer>): Promise<void> => {
    setError(null);
    setStep(2);
    const { place, name, suite, bits } = choice;
    const location = place.kind === 'default' ? place : { kind: place.kind, handle: place.handle };
    try {
      await createVault({ location, name, passphrase, suite, bits });
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
        {step === 0 ? <ChoosePlace choice={choice} onChange={setChoice} onNext={() => setStep(1)} /> : null}
        {step === 1 ? (
          <ChoosePassphrase
            choice={choice}
            error={error}
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
