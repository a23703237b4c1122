import { useImperativeHandle, useRef, useState, type Ref } from 'react';
import { Field } from './field.js';
import { RevealableInput } from './revealable-input.js';

export type PassphraseHandle = Readonly<{
  /** the UTF-8 bytes; empties the field */
  take: () => Uint8Array<ArrayBuffer>;
  /** the UTF-8 bytes; for the caller to wipe */
  peek: () => Uint8Array<ArrayBuffer>;
  fill: (text: string) => void;
  clear: () => void;
  focus: () => void;
}>;

const encoder = new TextEncoder();

/**
 * A field for a passphrase. SECURITY: promise "a passphrase never lies in the window": it is never React state; it leaves
 * as bytes and the field is emptied at once.
 */
export const PassphraseField = ({
  label,
  hint,
  problem,
  large = false,
  disabled = false,
  autoFocus = false,
  ref,
  onInput,
}: {
  label: string;
  hint?: string;
  problem?: string | undefined;
  large?: boolean;
  disabled?: boolean;
  autoFocus?: boolean;
  ref: Ref<PassphraseHandle>;
  onInput?: () => void;
}) => {
  const input = useRef<HTMLInputElement>(null);
  const [shown, setShown] = useState(false);
  useImperativeHandle(ref, () => {
    const set = (text: string) => {
      if (input.current) input.current.value = text;
    };
    const peek = () => encoder.encode(input.current?.value ?? '');
    return {
      peek,
      take: () => {
        const bytes = peek();
        set('');
        setShown(false);
        return bytes;
      },
      fill: (text) => {
        set(text);
        setShown(true);
      },
      clear: () => set(''),
      focus: () => input.current?.focus(),
    };
  }, []);
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(wiring) => (
        <RevealableInput
          what={label}
          shown={shown}
          onShown={setShown}
          large={large}
          ref={input}
          maxLength={1_048_576}
          disabled={disabled}
          autoFocus={autoFocus}
          onInput={onInput}
          {...wiring}
        />
      )}
    </Field>
  );
};
