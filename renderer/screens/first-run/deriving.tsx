import type { KeySize } from '../../../app/model/account.js';
import { Logo } from '../../components/logo.js';
import { ProgressBar } from '../../components/progress.js';
import { useAccount, type DerivationProgress } from '../../state/account.js';

export const stepTexts: Readonly<Record<DerivationProgress['step'], string>> = {
  stretch: 'Stretching your passphrase',
  derive: 'Finding the primes of your key',
  publish: 'Writing your account card',
  open: 'Opening the vault',
  rewrap: 'Wrapping everything for the new key',
};

export const Deriving = ({ bits }: { bits: KeySize }) => {
  const progress = useAccount((state) => state.progress);
  const step = progress?.step ?? 'stretch';
  return (
    <div className="setup-head deriving" aria-live="polite">
      <Logo size={56} />
      <h1>Deriving your master key</h1>
      <p>
        {bits.toLocaleString('en')} bits from your passphrase alone. The same passphrase gives the same key on every
        computer.
      </p>
      <div className="deriving-progress">
        <ProgressBar label={stepTexts[step]} fraction={progress?.fraction ?? 0} />
        <p className="small quiet">{stepTexts[step]}…</p>
      </div>
    </div>
  );
};
