import fc from 'fast-check';

/** Names as hostile as a disk may hold them, and a few as a person gives them. */
export const anyName = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
    fc.constantFrom(
      'CON',
      'nul.txt',
      'a:b',
      'x'.repeat(255),
      '🗝️',
      'two\nlines',
      '. .',
      '-rf',
      '%2e%2e',
      '..a',
      'COM1.tar.gz',
    ),
  )
  .map((name) => name.replaceAll(/[/\0]/g, '_'))
  .filter((name) => name !== '.' && name !== '..' && !/\p{Surrogate}/u.test(name))
  .filter((name) => Buffer.byteLength(name.normalize('NFC')) <= 255 && Buffer.byteLength(name) <= 255);
