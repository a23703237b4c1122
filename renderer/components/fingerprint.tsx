import type { AccountSummary } from '../../app/model/account.js';
import './fingerprint.css';

/** Seven words to compare with another person, and the same in hex. */
export const Fingerprint = ({ account }: { account: AccountSummary }) => (
  <figure className="fingerprint">
    <figcaption className="field-label">Fingerprint</figcaption>
    <ol className="fingerprint-words mono selectable" aria-label="Fingerprint in words">
      {account.fingerprintWords.map((word, index) => (
        <li key={index}>{word}</li>
      ))}
    </ol>
    <p className="fingerprint-hex mono quiet selectable" aria-label="Fingerprint in hex">
      {(account.fingerprintHex.match(/.{8}/g) ?? []).join(' ')}
    </p>
  </figure>
);
