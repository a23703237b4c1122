import { useId, type ReactNode } from 'react';
import { Switch as Radix } from 'radix-ui';
import './switch.css';

/** One line of a settings card: what it is, a word of explanation, and a control at the end. */
export const SettingRow = ({
  label,
  hint,
  htmlFor,
  children,
}: {
  label: string;
  hint?: ReactNode;
  htmlFor?: string;
  children: ReactNode;
}) => (
  <div className="setting-row">
    <div className="setting-text">
      {htmlFor ? <label htmlFor={htmlFor}>{label}</label> : <span>{label}</span>}
      {hint ? (
        <p className="quiet small" id={htmlFor ? `${htmlFor}-hint` : undefined}>
          {hint}
        </p>
      ) : null}
    </div>
    <div className="setting-control">{children}</div>
  </div>
);

export const SwitchRow = ({
  label,
  hint,
  checked,
  disabled = false,
  onChange,
}: {
  label: string;
  hint?: ReactNode;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}) => {
  const id = useId();
  return (
    <SettingRow label={label} hint={hint} htmlFor={id}>
      <Radix.Root
        id={id}
        className="switch"
        checked={checked}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onCheckedChange={onChange}
      >
        <Radix.Thumb className="switch-thumb" />
      </Radix.Root>
    </SettingRow>
  );
};
