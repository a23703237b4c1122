import { useMemo } from 'react';
import { mosaicOf, mosaicSize, tones } from './fingerprint-mosaic.js';
import './fingerprint-picture.css';

/**
 * A fingerprint to compare by eye. Its colours are the same in light and dark, since two people compare two screens, and
 * differ in lightness first, for eyes that do not tell hues apart.
 */
export const FingerprintPicture = ({ hex, label, size = 160 }: { hex: string; label: string; size?: number }) => {
  const paths = useMemo(() => mosaicOf(hex), [hex]);
  return (
    <svg
      className="fingerprint-picture"
      role="img"
      aria-label={label}
      width={size}
      height={size}
      viewBox={`-0.5 -0.5 ${mosaicSize + 1} ${mosaicSize + 1}`}
    >
      <rect className="picture-ground" x={-0.5} y={-0.5} width={mosaicSize + 1} height={mosaicSize + 1} />
      {tones.map((tone) => (
        <path key={tone} className={`picture-tone-${tone}`} d={paths[tone]} />
      ))}
    </svg>
  );
};
