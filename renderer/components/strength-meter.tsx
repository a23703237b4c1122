import type { PassphraseStrength } from '../../app/model/account.js';
import './strength-meter.css';

const words = ['Guessed at once', 'Weak', 'Fair', 'Good', 'Strong'] as const;

/** Four bars, a word, and what guessing it would take: time for one attacker, money for rented machines. */
export const StrengthMeter = ({ strength }: { strength: PassphraseStrength | null }) => (
  <div className="strength" data-score={strength?.score ?? -1} role="status" aria-label="Passphrase strength">
    <div className="strength-bars" aria-hidden>
      {[1, 2, 3, 4].map((bar) => (
        <span key={bar} data-on={strength !== null && Math.max(1, strength.score) >= bar} />
      ))}
    </div>
    {strength === null ? (
      <p className="quiet small">
        Five or more random words are easy to remember and very hard to guess. Nobody can reset it for you.
      </p>
    ) : (
      <>
        <p className="small">
          <strong>{words[strength.score]}</strong>
          <span className="quiet">
            {' '}
            · {strength.crackTime} to crack · {strength.crackCost}
          </span>
        </p>
        <p className="small strength-advice">
          {[strength.warning, ...strength.suggestions].filter(Boolean).join(' ') ||
            'Keep a copy on paper, in a safe place.'}
        </p>
      </>
    )}
  </div>
);
