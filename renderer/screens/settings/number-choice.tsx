import { useId } from 'react';
import { SettingRow } from '../../components/switch.js';
import { withCurrent } from '../../state/sync-words.js';

/** A row with a choice of numbers; one that is set but not offered is shown too. */
export const NumberChoice = ({
  label,
  hint,
  value,
  offered,
  words,
  onChange,
}: {
  label: string;
  hint?: string;
  value: number;
  offered: readonly number[];
  words: (value: number) => string;
  onChange: (value: number) => void;
}) => {
  const id = useId();
  return (
    <SettingRow label={label} hint={hint} htmlFor={id}>
      <select
        id={id}
        className="input select"
        aria-describedby={hint ? `${id}-hint` : undefined}
        value={value}
        onChange={(event) => onChange(Number(event.target.value))}
      >
        {withCurrent(offered, value).map((one) => (
          <option key={one} value={one}>
            {words(one)}
          </option>
        ))}
      </select>
    </SettingRow>
  );
};
