import { maxNameBytes } from './file-paths.js';

/** Names of the vault as names on a disk. */

/** Device names that Windows gives a meaning in every folder and with any ending. */
const windowsDevice = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=$|\.|\s)/i;
const windowsForbidden = /[<>:"/\\|?*\u0000-\u001f]/g;
const windowsEnd = /[. ]$/;

const percent = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/**
 * A name that may be written on this computer: as it is, but for what Windows cannot hold (device names get a leading
 * `_`, forbidden characters and a final dot or space become `%XX`).
 */
export const diskName = (name: string, platform: NodeJS.Platform = process.platform): string => {
  if (platform !== 'win32') return name;
  const written = name.replaceAll(windowsForbidden, percent).replace(windowsEnd, percent);
  return windowsDevice.test(written) ? `_${written}` : written;
};

/** Cut to `bytes` of UTF-8 without breaking what a person sees as one character. */
const cutTo = (text: string, bytes: number): string => {
  let cut = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (Buffer.byteLength(cut + segment) > bytes) break;
    cut += segment;
  }
  return cut;
};

/** The ending with its dot: '' for none, and for names like `.profile`. */
const endingOf = (name: string): string => {
  const dot = name.lastIndexOf('.');
  return dot > 0 && name.length - dot <= 20 ? name.slice(dot) : '';
};

/** `report (2).txt` for `report.txt`: what a name becomes when it is taken. Stays within 255 bytes. */
export const numberedName = (name: string, number: number): string => notedName(name, String(number));

/** `report (Mira, 23 Nov 2026).txt` for `report.txt`: with a few words before the ending. Stays within 255 bytes. */
export const notedName = (name: string, note: string): string => {
  const ending = endingOf(name);
  const suffix = ` (${note})${ending}`;
  const stem = name.slice(0, name.length - ending.length);
  return cutTo(stem, maxNameBytes - Buffer.byteLength(suffix)) + suffix;
};

/** The first of `name`, `name (2)`, `name (3)` … that is not taken. */
export const freeName = (name: string, isTaken: (candidate: string) => boolean): string => {
  let candidate = name;
  for (let number = 2; isTaken(candidate); number += 1) candidate = numberedName(name, number);
  return candidate;
};
