import { inflateRawSync } from 'node:zlib';
import { VaultError } from '../../../app/errors.js';

/** No export of secrets comes near; a file that claims more is out to exhaust memory. */
const maximumBytes = 256 * 1024 * 1024;
const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const localEntry = 0x04034b50;
const endBytes = 22;
const longestComment = 65_535;

/**
 * One file of a ZIP archive (PKWARE APPNOTE 4.3), stored or deflated, found through the archive's directory. All that reading
 * an export needs: no ZIP64, no encryption. Throws `invalid-input`.
 */
export function readZipEntry(archive: Buffer, name: string): Buffer {
  try {
    return contentOf(archive, findEntry(archive, name));
  } catch (error) {
    if (error instanceof VaultError) throw error;
    throw new VaultError('invalid-input', 'The archive is damaged.', { cause: error });
  }
}

type Entry = Readonly<{ method: number; packedBytes: number; offset: number }>;

function findEntry(archive: Buffer, name: string): Entry {
  const end = findEnd(archive);
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (archive.readUInt32LE(at) !== directoryEntry) break;
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => archive.readUInt16LE(at + field));
    const nameEnd = at + 46 + (nameBytes ?? 0);
    if (archive.toString('utf8', at + 46, nameEnd) === name) {
      return {
        method: archive.readUInt16LE(at + 10),
        packedBytes: archive.readUInt32LE(at + 20),
        offset: archive.readUInt32LE(at + 42),
      };
    }
    at = nameEnd + (extraBytes ?? 0) + (commentBytes ?? 0);
  }
  throw new VaultError('invalid-input', `The archive holds no “${name}”.`);
}

function findEnd(archive: Buffer): number {
  const first = Math.max(0, archive.length - endBytes - longestComment);
  for (let at = archive.length - endBytes; at >= first; at -= 1) {
    if (archive.readUInt32LE(at) === endOfDirectory) return at;
  }
  throw new VaultError('invalid-input', 'This is not a ZIP archive.');
}

function contentOf(archive: Buffer, { method, packedBytes, offset }: Entry): Buffer {
  if (archive.readUInt32LE(offset) !== localEntry) throw new VaultError('invalid-input', 'The archive is damaged.');
  const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
  const packed = archive.subarray(start, start + packedBytes);
  if (packed.length !== packedBytes) throw new VaultError('invalid-input', 'The archive is cut off.');
  if (method === 0) return packed;
  if (method === 8) return inflateRawSync(packed, { maxOutputLength: maximumBytes });
  throw new VaultError('invalid-input', 'The archive is packed in a way that cannot be read here.');
}
