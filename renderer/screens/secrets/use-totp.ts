import { useEffect, useState } from 'react';
import { asVaultError } from '../../state/error-advice.js';
import { client } from '../../state/client.js';
import { whileUnlocked } from '../../state/lockable.js';
import type { VaultError } from '../../../app/errors.js';

export type TotpCode = Readonly<{ code: string; periodMs: number; endsAt: number }>;

/** The code of the current period, asked for anew when it ends; and the time, every second. */
export const useTotp = (id: string, version: number, field: string) => {
  const [code, setCode] = useState<TotpCode | null>(null);
  const [error, setError] = useState<VaultError | null>(null);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout>;
    const ask = async () => {
      try {
        const { remainingMs, ...rest } = await whileUnlocked(client.secrets.totp({ id, field }));
        if (ended) return;
        setCode({ code: rest.code, periodMs: rest.periodMs, endsAt: Date.now() + remainingMs });
        setError(null);
        timer = setTimeout(() => void ask(), remainingMs + 20);
      } catch (failure) {
        if (!ended) setError(asVaultError(failure));
      }
    };
    void ask();
    const tick = setInterval(() => setNow(Date.now()), 1000);
    return () => {
      ended = true;
      clearTimeout(timer);
      clearInterval(tick);
    };
  }, [id, version, field]);
  return { code, error, now };
};
