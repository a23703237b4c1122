import { useCallback, useImperativeHandle, useRef, useState, type Ref } from 'react';
import { Dice5 } from 'lucide-react';
import type { Suite } from '../../../app/model/account.js';
import { Button } from '../../components/button.js';
import { PassphraseField, type PassphraseHandle } from '../../components/passphrase-field.js';
import { StrengthMeter } from '../../components/strength-meter.js';
import { attempt } from '../../state/attempt.js';
import { client } from '../../state/client.js';
import { useStrength } from './use-strength.js';

export type NewPassphraseHandle = Readonly<{
  /** the bytes when both fields agree and are good enough; empties the fields. Null, and says why, when not. */
  take: () => Uint8Array<ArrayBuffer> | null;
}>;

const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, index) => byte === b[index]);
const suggestedWords = 6;

/** A new passphrase, twice, with its strength and a suggestion: for first run, a change, and an export. */
export const NewPassphrase = ({
  suite,
  label = 'Passphrase',
  ref,
}: {
  suite: Suite;
  label?: string;
  ref: Ref<NewPassphraseHandle>;
}) => {
  const first = useRef<PassphraseHandle>(null);
  const second = useRef<PassphraseHandle>(null);
  const [problem, setProblem] = useState<{ first?: string; second?: string }>({});
  const peek = useCallback(() => first.current?.peek() ?? new Uint8Array(), []);
  const { strength, askSoon } = useStrength(suite, peek);

  const suggest = () =>
    attempt(async () => {
      const { passphrase } = await client.account.suggestPassphrase({ words: suggestedWords });
      first.current?.fill(passphrase);
      second.current?.clear();
      setProblem({});
      askSoon();
    });

  useImperativeHandle(ref, () => ({
    take: () => {
      const [one, two] = [first.current?.peek() ?? new Uint8Array(), second.current?.peek() ?? new Uint8Array()];
      const equal = same(one, two);
      two.fill(0);
      const wrong = whatIsWrong(one, equal, strength?.acceptable);
      setProblem(wrong ?? {});
      if (wrong) {
        one.fill(0);
        (wrong.first === undefined ? second : first).current?.focus();
        return null;
      }
      first.current?.clear();
      second.current?.clear();
      return one;
    },
  }));

  return (
    <>
      <div className="new-passphrase">
        <PassphraseField ref={first} label={label} problem={problem.first} onInput={askSoon} />
        <Button icon={Dice5} look="quiet" className="suggest" onClick={() => void suggest()}>
          Suggest
        </Button>
        <StrengthMeter strength={strength} />
      </div>
      <PassphraseField ref={second} label={`Confirm ${label.toLowerCase()}`} problem={problem.second} />
    </>
  );
};

const whatIsWrong = (bytes: Uint8Array, equal: boolean, acceptable: boolean | undefined) => {
  if (bytes.length === 0) return { first: 'Type a passphrase.' };
  if (acceptable === false) return { first: 'This is too easy to guess. Add words, or take a suggestion.' };
  return equal ? null : { second: 'This differs from the one above.' };
};
