import { ChevronRight } from 'lucide-react';
import type { AccountSummary } from '../../app/model/account.js';
import { CopyButton } from './copy-button.js';
import { FingerprintPicture } from './fingerprint-picture.js';
import './fingerprint.css';

type Fingerprinted = Pick<AccountSummary, 'name' | 'fingerprintWords' | 'fingerprintHex'>;

const inGroups = (hex: string): string => (hex.match(/.{8}/g) ?? []).join(' ');

/** Seven words to read to one another, in two columns as on paper. */
export const FingerprintWords = ({ words }: { words: readonly string[] }) => (
  <ol className="fingerprint-words mono selectable" aria-label="Fingerprint in words">
    {words.map((word, index) => (
      <li key={index}>{word}</li>
    ))}
  </ol>
);

/** Whose key this is: as seven words, as a picture, and on demand as hex digits. */
export const Fingerprint = ({ account }: { account: Fingerprinted }) => (
  <figure className="fingerprint">
    <FingerprintPicture hex={account.fingerprintHex} label={`Picture of the fingerprint of ${account.name}`} />
    <div className="fingerprint-text">
      <figcaption className="field-label">Fingerprint</figcaption>
      <FingerprintWords words={account.fingerprintWords} />
      <details className="fingerprint-digits">
        <summary>
          <ChevronRight size={14} aria-hidden />
          Hex digits
        </summary>
        <div className="fingerprint-hex-row">
          <p className="fingerprint-hex mono quiet selectable" aria-label="Fingerprint in hex">
            {inGroups(account.fingerprintHex)}
          </p>
          <CopyButton label="Fingerprint" text={account.fingerprintHex} />
        </div>
      </details>
    </div>
  </figure>
);
