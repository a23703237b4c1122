import { TriangleAlert } from 'lucide-react';
import { keySizes, type KeySize, type Suite } from '../../../app/model/account.js';
import { SelectField } from '../../components/field.js';
import { usualBits, type Choice } from './steps.js';

const suiteNames: readonly (readonly [Suite, string])[] = [
  ['vault', 'Vault: protected against guessing (recommended)'],
  ['coretex', 'Coretex: works with the Coretex Python library'],
];

/** "3,072 bits (usual)" for each size; larger ones say what they cost. */
const sizeNames = (suite: Suite): readonly (readonly [string, string])[] =>
  keySizes.map((bits) => {
    const note = bits === usualBits(suite) ? ' (usual)' : bits === 8192 ? ' (minutes at each unlock)' : '';
    return [String(bits), `${bits.toLocaleString('en')} bits${note}`] as const;
  });

export const KeySizeField = ({
  suite,
  bits,
  onBits,
}: {
  suite: Suite;
  bits: KeySize;
  onBits: (bits: KeySize) => void;
}) => (
  <SelectField
    label="Key size"
    hint="Larger keys take longer to derive, at every unlock."
    value={String(bits)}
    options={sizeNames(suite)}
    onValue={(value) => onBits(keySizes.find((size) => String(size) === value) ?? usualBits(suite))}
  />
);

export const Advanced = ({ choice, onChange }: { choice: Choice; onChange: (choice: Choice) => void }) => (
  <div className="advanced-body">
    <SelectField
      label="Kind of key"
      value={choice.suite}
      options={suiteNames}
      onValue={(suite) => onChange({ ...choice, suite, bits: usualBits(suite) })}
    />
    {choice.suite === 'coretex' ? (
      <p className="price" role="note">
        <TriangleAlert size={16} aria-hidden />
        <span>
          <strong>The price:</strong> no salt and no slow function protect this key. Whoever sees its public half can
          guess passphrases at full speed, and two people with the same passphrase have the same key. Choose it only for
          work with the Coretex Python library, with at least seven random words.
        </span>
      </p>
    ) : null}
    <KeySizeField suite={choice.suite} bits={choice.bits} onBits={(bits) => onChange({ ...choice, bits })} />
  </div>
);
