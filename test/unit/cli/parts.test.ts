import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readFieldArguments } from '../../../main/cli/field-arguments.js';
import { byteCount, table, visible, visibleLines } from '../../../main/cli/format.js';
import { upToFinalNewline } from '../../../main/cli/named-files.js';
import { passphraseFromFile } from '../../../main/cli/passphrase.js';
import { pathArgument } from '../../../main/cli/project-paths.js';
import { HiddenLine } from '../../../main/cli/prompt.js';

const folder = mkdtempSync(join(tmpdir(), 'vault-cli-parts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

describe('text for a terminal', () => {
  it('never lets a name control the terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(text)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        expect(table([[text, text]])).not.toContain('\u001b');
      }),
    );
    expect(visible('\u001b[2Jgone\n')).toBe('\\u{1b}[2Jgone\\n');
    expect(visible('naïve 🗝️ שלום')).toBe('naïve 🗝️ שלום');
    expect(visibleLines('a\tb\n\u001bc')).toBe('a\tb\n\\u{1b}c');
  });

  it('aligns columns', () => {
    expect(table([])).toBe('');
    expect(
      table([
        ['a', 'bb', ''],
        ['ccc', 'd', 'e'],
      ]),
    ).toBe('a    bb\nccc  d   e');
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [1_234_567, '1.2 MB'],
    [999_950, '1.0 MB'],
    [10_737_418_240, '10.7 GB'],
    [5e15, '5000 TB'],
  ])('counts %d bytes as %s', (bytes, text) => expect(byteCount(bytes)).toBe(text));
});

describe('a line that nobody sees', () => {
  const typed = (...chunks: (string | number[])[]): string => {
    const line = new HiddenLine();
    for (const chunk of chunks) line.type(Buffer.from(chunk as string));
    using secret = line.take();
    return secret.bytes.toString('utf8');
  };

  it('takes keys as they come', () => {
    expect(typed('hunter2')).toBe('hunter2');
    expect(typed('hun', 'ter', '3\u007f2')).toBe('hunter2');
    expect(typed('key 🔑é\u007f\b!')).toBe('key !');
    expect(typed('\u007f\u007fa')).toBe('a');
    expect(typed('wrong\u0015right')).toBe('right');
    expect(typed([0xf0, 0x9f], [0x94, 0x91])).toBe('🔑');
  });

  it('ends with Enter or Ctrl-D, and breaks off with Ctrl-C', () => {
    expect(new HiddenLine().type(Buffer.from('abc'))).toBe('typing');
    for (const end of ['a\r', 'a\n', '\u0004']) expect(new HiddenLine().type(Buffer.from(end))).toBe('done');
    expect(new HiddenLine().type(Buffer.from('ab\u0003'))).toBe('interrupted');
  });

  it('wipes what the terminal sent', () => {
    const chunk = Buffer.from('hunter2\r');
    new HiddenLine().type(chunk);
    expect(chunk.every((byte) => byte === 0)).toBe(true);
  });
});

describe('bytes up to one final newline', () => {
  it.each([
    ['', ''],
    ['\n', ''],
    ['a', 'a'],
    ['a\n', 'a'],
    ['a\r\n', 'a'],
    ['a\n\n', 'a\n'],
    [' a \n', ' a '],
    ['a\r', 'a\r'],
    ['a\nb\n', 'a\nb'],
  ])('%j gives %j', (content, expected) => {
    expect(upToFinalNewline(Buffer.from(content)).toString()).toBe(expected);
  });

  it('keeps every other byte of a passphrase, text or not', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        using secret = await passphraseFromFile(file('any', Buffer.concat([bytes, Buffer.from('x\n')])));
        expect(Buffer.compare(secret.bytes, Buffer.concat([bytes, Buffer.from('x')]))).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses a file that cannot be a passphrase', async () => {
    await expect(passphraseFromFile(join(folder, 'none'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(passphraseFromFile(folder)).rejects.toMatchObject({ code: 'source-unreadable' });
    const huge = file('huge', Buffer.alloc(17 * 1024 * 1024));
    await expect(passphraseFromFile(huge)).rejects.toMatchObject({ code: 'invalid-input' });
  });
});

describe('fields in the argument list', () => {
  it('come inline, or from files', async () => {
    const path = file('value', 'line 1\nline 2\n');
    const fields = await readFieldArguments(['a=b=c', `b=@${path}`, 'c=@@home', 'd=', 'e.f-g_h=1']);
    expect(fields).toEqual([
      { name: 'a', value: 'b=c', inline: true },
      { name: 'b', value: 'line 1\nline 2', inline: false },
      { name: 'c', value: '@home', inline: true },
      { name: 'd', value: '', inline: true },
      { name: 'e.f-g_h', value: '1', inline: true },
    ]);
  });

  it('keep a byte order mark, and refuse what is not text', async () => {
    const marked = await readFieldArguments([`a=@${file('bom', '\ufefftext')}`]);
    expect(marked[0]?.value).toBe('\ufefftext');
    await expect(readFieldArguments([`a=@${file('bad', Uint8Array.of(0xff, 0xfe))}`])).rejects.toMatchObject({
      code: 'invalid-input',
    });
    await expect(readFieldArguments(['a=@/no/such/file'])).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('paths within a project', () => {
  it.each([
    ['docs/', 'docs'],
    ['./docs/a.txt', 'docs/a.txt'],
    ['/docs//', 'docs'],
    ['.env', '.env'],
    ['..a/b', '..a/b'],
    ['../a', '../a'],
  ])('%j is %j', (typed, path) => expect(pathArgument(typed)).toBe(path));
});
