import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** Whether this system lets us read the memory of a process that we started. */
export function canReadMemoryOf(pid: number): boolean {
  try {
    closeSync(openSync(`/proc/${pid}/mem`, 'r'));
    return true;
  } catch {
    return false;
  }
}

/** Names of the patterns that occur anywhere in the writable memory of a process. */
export function findInMemory(pid: number, patterns: ReadonlyMap<string, Buffer>): string[] {
  const found = new Set<string>();
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  for (const { start, byteLength } of writableRegions(pid)) {
    const bytes = withoutEmptyPages(readRegion(memory, start, byteLength));
    for (const [name, pattern] of patterns) if (bytes.includes(pattern)) found.add(name);
  }
  closeSync(memory);
  return [...found];
}

const writableRegions = (pid: number): { start: number; byteLength: number }[] =>
  readFileSync(`/proc/${pid}/maps`, 'latin1')
    .split('\n')
    .map((line) => /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line))
    .filter((match) => match !== null)
    .map(([, start = '', end = '']) => ({
      start: Number.parseInt(start, 16),
      byteLength: Number.parseInt(end, 16) - Number.parseInt(start, 16),
    }));

/** Regions that vanish or cannot be read hold nothing for anyone. */
function readRegion(memory: number, start: number, byteLength: number): Buffer {
  const bytes = Buffer.alloc(byteLength);
  const stride = 1 << 26;
  for (let at = 0; at < byteLength; at += stride) {
    try {
      readSync(memory, bytes, at, Math.min(stride, byteLength - at), start + at);
    } catch {
      continue;
    }
  }
  return bytes;
}

const emptyPage = Buffer.alloc(4096);

/** Most of a process's memory was never written: what was moves together at the front. */
function withoutEmptyPages(bytes: Buffer): Buffer {
  let kept = 0;
  for (let at = 0; at < bytes.length; at += emptyPage.length) {
    const page = bytes.subarray(at, at + emptyPage.length);
    if (page.equals(emptyPage)) continue;
    bytes.copyWithin(kept, at, at + page.length);
    kept += page.length;
  }
  return bytes.subarray(0, kept);
}
