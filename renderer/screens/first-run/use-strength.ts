import { useCallback, useEffect, useRef, useState } from 'react';
import type { PassphraseStrength, Suite } from '../../../app/model/account.js';
import { tellFailure } from '../../state/attempt.js';
import { client } from '../../state/client.js';

const pauseMs = 120;

/**
 * Asks how good a passphrase is, shortly after the last keystroke; an older answer never replaces a newer one.
 * @param peek gives the bytes as they are when the question is asked; they are wiped here
 */
export const useStrength = (suite: Suite, peek: () => Uint8Array<ArrayBuffer>) => {
  const [strength, setStrength] = useState<PassphraseStrength | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const asked = useRef(0);
  const ask = useCallback(async () => {
    asked.current += 1;
    const number = asked.current;
    const passphrase = peek();
    try {
      const answer = passphrase.length === 0 ? null : await client.account.strength({ passphrase, suite });
      if (number === asked.current) setStrength(answer);
    } catch (failure) {
      tellFailure(failure);
    } finally {
      passphrase.fill(0);
    }
  }, [suite, peek]);
  const askSoon = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void ask(), pauseMs);
  }, [ask]);
  useEffect(() => {
    askSoon();
    return () => clearTimeout(timer.current);
  }, [askSoon]);
  return { strength, askSoon };
};
