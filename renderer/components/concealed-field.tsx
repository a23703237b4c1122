import { useState } from 'react';
import { Eye, EyeOff } from 'lucide-react';
import { IconButton } from './button.js';
import { Field } from './field.js';

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
        <div className="input-frame">
          <input
            className={shown ? 'input mono' : 'input'}
            type={shown ? 'text' : 'password'}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            maxLength={2000}
            disabled={disabled}
            value={value}
            onChange={(event) => onText(event.target.value)}
            {...wiring}
          />
          <IconButton
            label={shown ? `Hide ${label.toLowerCase()}` : `Show ${label.toLowerCase()}`}
            icon={shown ? EyeOff : Eye}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          />
        </div>
      )}
    </Field>
  );
};
