import { useState } from 'react';
import { Field } from './field.js';
import { RevealableInput } from './revealable-input.js';

/** A field for something secret that is typed or pasted once: dots, until the person asks to see it. */
export const ConcealedField = ({
  label,
  hint,
  problem,
  value,
  disabled = false,
  onText,
}: {
  label: string;
  hint?: string;
  problem?: string | undefined;
  value: string;
  disabled?: boolean;
  onText: (text: string) => void;
}) => {
  const [shown, setShown] = useState(false);
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(wiring) => (
        <RevealableInput
          what={label}
          shown={shown}
          onShown={setShown}
          maxLength={2000}
          disabled={disabled}
          value={value}
          onChange={(event) => onText(event.target.value)}
          {...wiring}
        />
      )}
    </Field>
  );
};
