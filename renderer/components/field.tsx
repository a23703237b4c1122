import { useId, type InputHTMLAttributes, type ReactNode, type Ref, type TextareaHTMLAttributes } from 'react';
import './field.css';

type Wiring = Readonly<{ id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean }>;

/** A label, a control, and under it a hint or what is wrong; all tied together for screen readers. */
export const Field = ({
  label,
  hint,
  problem,
  hideLabel = false,
  children,
}: {
  label: string;
  hint?: ReactNode;
  problem?: string | undefined;
  hideLabel?: boolean;
  children: (wiring: Wiring) => ReactNode;
}) => {
  const id = useId();
  const noteId = `${id}-note`;
  const note = problem ?? hint;
  return (
    <div className="field">
      <label htmlFor={id} className={hideLabel ? 'visually-hidden' : 'field-label'}>
        {label}
      </label>
      {children({ id, 'aria-describedby': note ? noteId : undefined, 'aria-invalid': problem !== undefined })}
      {note ? (
        <p
          id={noteId}
          className={problem ? 'field-note field-problem' : 'field-note'}
          role={problem ? 'alert' : undefined}
        >
          {note}
        </p>
      ) : null}
    </div>
  );
};

type TextProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange'> & {
  label: string;
  hint?: ReactNode;
  problem?: string | undefined;
  hideLabel?: boolean;
  ref?: Ref<HTMLInputElement>;
  onText?: (text: string) => void;
};

export const TextField = ({ label, hint, problem, hideLabel = false, onText, className = '', ...rest }: TextProps) => (
  <Field label={label} hint={hint} problem={problem} hideLabel={hideLabel}>
    {(wiring) => (
      <input
        className={`input ${className}`}
        autoComplete="off"
        spellCheck={false}
        {...wiring}
        {...rest}
        {...(onText ? { onChange: (event) => onText(event.target.value) } : {})}
      />
    )}
  </Field>
);

type AreaProps = Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'onChange'> & {
  label: string;
  problem?: string | undefined;
  onText: (text: string) => void;
};

export const TextArea = ({ label, problem, onText, className = '', ...rest }: AreaProps) => (
  <Field label={label} problem={problem}>
    {(wiring) => (
      <textarea
        className={`input textarea ${className}`}
        spellCheck={false}
        {...wiring}
        {...rest}
        onChange={(event) => onText(event.target.value)}
      />
    )}
  </Field>
);

export const SelectField = <T extends string>({
  label,
  hint,
  value,
  options,
  hideLabel = false,
  onValue,
}: {
  label: string;
  hint?: ReactNode;
  value: T;
  options: readonly (readonly [value: T, label: string])[];
  hideLabel?: boolean;
  onValue: (value: T) => void;
}) => (
  <Field label={label} hint={hint} hideLabel={hideLabel}>
    {(wiring) => (
      <select className="input select" value={value} {...wiring} onChange={(event) => onValue(event.target.value as T)}>
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    )}
  </Field>
);
