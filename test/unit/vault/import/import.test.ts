import { crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VaultError } from '../../../../app/errors.js';
import { secretDraft } from '../../../../app/model/secret.js';
import { guessFormat, importFormats, readImport, type ImportFormat } from '../../../../main/vault/import/import.js';
import { parseCsv } from '../../../../main/vault/import/keepass-csv.js';

const read = (content: string | Buffer, fileName: string, format?: ImportFormat) => {
  const source = { bytes: Buffer.from(content), fileName };
  return readImport(source, format ?? guessFormat(source));
};

/** A ZIP archive of one file, as the format's note has it. */
function zip(name: string, content: Buffer, deflate: boolean): Buffer {
  const packed = deflate ? deflateRawSync(content) : content;
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(deflate ? 8 : 0, 4);
  common.writeUInt32LE(crc32(content), 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(content.length, 18);
  common.writeUInt16LE(Buffer.byteLength(name), 22);
  const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), packed]);
  const directory = Buffer.concat([
    Buffer.from('PK\u0001\u0002\u0014\u0000'),
    common,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 0, 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, directory, end]);
}

describe('import', () => {
  it('reads Bitwarden', () => {
    const json = {
      encrypted: false,
      folders: [{ id: 'f', name: 'Work' }],
      items: [
        {
          type: 1,
          name: 'Mail',
          notes: 'n',
          favorite: true,
          folderId: 'f',
          fields: [
            { name: 'Recovery code', value: '1234', type: 1 },
            { name: 'empty', value: null, type: 0 },
          ],
          login: { username: 'ana', password: 'p', totp: 'ABC', uris: [{ uri: 'https://a' }, { uri: 'https://b' }] },
        },
        { type: 2, name: 'Secure', notes: 'body', secureNote: { type: 0 } },
        { type: 1, name: 'No password', login: { username: 'ana', password: null } },
        { type: 3, name: 'Card', notes: null, card: { number: '4111', code: '1', brand: null } },
        { type: 5, name: 'Key', sshKey: { privateKey: 'PRIV', publicKey: 'PUB', keyFingerprint: 'x' } },
        { type: 2, name: 'Nothing', notes: '' },
      ],
    };
    const { drafts, skipped } = read(JSON.stringify(json), 'export.json');
    expect(drafts).toEqual([
      {
        type: 'credentials',
        name: 'Mail',
        tags: ['Work'],
        favourite: true,
        fields: {
          username: 'ana',
          password: 'p',
          url: 'https://a',
          url_2: 'https://b',
          otp: 'ABC',
          Recovery_code: '1234',
          notes: 'n',
        },
      },
      { type: 'note', name: 'Secure', tags: [], favourite: false, fields: { text: 'body' } },
      {
        type: 'note',
        name: 'No password',
        tags: [],
        favourite: false,
        fields: { text: 'No password', username: 'ana' },
      },
      { type: 'note', name: 'Card', tags: [], favourite: false, fields: { text: 'Card', number: '4111', code: '1' } },
      { type: 'ssh-key', name: 'Key', tags: [], favourite: false, fields: { privateKey: 'PRIV', publicKey: 'PUB' } },
    ]);
    expect(skipped).toEqual([{ name: 'Nothing', reason: 'It is empty.' }]);
    expect(() => read('{"encrypted": true}', 'export.json')).toThrow(/encrypted/);
  });

  it.each([true, false])('reads 1Password (deflated: %s)', (deflate) => {
    const data = {
      accounts: [
        {
          attrs: {},
          vaults: [
            {
              attrs: { name: 'Private' },
              items: [
                {
                  favIndex: 1,
                  categoryUuid: '001',
                  overview: { title: 'Site', url: 'https://s', tags: ['a'] },
                  details: {
                    loginFields: [
                      { value: 'ana', designation: 'username' },
                      { value: 'p', designation: 'password' },
                      { value: 'x', name: 'remember', designation: '' },
                    ],
                    notesPlain: 'n',
                    sections: [
                      {
                        title: 'More',
                        fields: [
                          { title: 'one-time password', id: 'TOTP_1', value: { totp: 'ABC' } },
                          { title: 'PIN', id: 'pin', value: { concealed: '1234' } },
                          { title: 'mail', id: 'm', value: { email: { email_address: 'a@b', provider: null } } },
                        ],
                      },
                    ],
                  },
                },
                { categoryUuid: '003', overview: { title: 'Text' }, details: { notesPlain: 'body' } },
                { categoryUuid: '005', overview: { title: 'Alone' }, details: { password: 'pw' } },
                {
                  categoryUuid: '112',
                  overview: { title: 'API' },
                  details: {
                    sections: [{ fields: [{ title: 'credential', id: 'credential', value: { concealed: 'tk' } }] }],
                  },
                },
              ],
            },
          ],
        },
      ],
    };
    const { drafts } = read(zip('export.data', Buffer.from(JSON.stringify(data)), deflate), 'x.1pux');
    expect(drafts).toEqual([
      {
        type: 'credentials',
        name: 'Site',
        tags: ['Private', 'a'],
        favourite: true,
        fields: {
          username: 'ana',
          password: 'p',
          url: 'https://s',
          notes: 'n',
          otp: 'ABC',
          PIN: '1234',
          mail: 'a@b',
          remember: 'x',
        },
      },
      { type: 'note', name: 'Text', tags: ['Private'], favourite: false, fields: { text: 'body' } },
      { type: 'credentials', name: 'Alone', tags: ['Private'], favourite: false, fields: { password: 'pw' } },
      { type: 'api-token', name: 'API', tags: ['Private'], favourite: false, fields: { token: 'tk' } },
    ]);
  });

  it('reads KeePass and KeePassXC', () => {
    const xc =
      '"Group","Title","Username","Password","URL","Notes","TOTP","Icon","Last Modified","Created"\n' +
      '"Root/Work","Mail","ana","a""b,c\\","https://a","two\nlines","","0","2024","2023"\n';
    expect(read(xc, 'x.csv').drafts).toEqual([
      {
        type: 'credentials',
        name: 'Mail',
        tags: ['Work'],
        favourite: false,
        fields: { username: 'ana', password: 'a"b,c\\', url: 'https://a', notes: 'two\nlines' },
      },
    ]);
    const one =
      '"Account","Login Name","Password","Web Site","Comments"\r\n"Mail","ana","a\\"b\\\\","https://a",""\r\n';
    expect(read(one, 'x.csv').drafts[0]?.fields).toEqual({ username: 'ana', password: 'a"b\\', url: 'https://a' });
    expect(() => read('a,b\n1,2\n', 'x.csv')).toThrow(/column/);
    expect(() => read('Title,Password\n"open,2\n', 'x.csv')).toThrow(/quote/);
  });

  it('reads .env files', () => {
    const content = [
      '# settings',
      '',
      'A=1 # one',
      'export B = two words ',
      "C='# not a comment'",
      'D="line 1\\nline 2\nline 3" # end',
      'E=',
      'A=2',
      'URL=http://x/#frag',
    ].join('\r\n');
    expect(read(content, '.env').drafts).toEqual([
      {
        type: 'env',
        name: '.env',
        tags: [],
        favourite: false,
        fields: { A: '2', B: 'two words', C: '# not a comment', D: 'line 1\nline 2\nline 3', URL: 'http://x/#frag' },
      },
    ]);
    expect(() => read('A=1\nnot an assignment\n', '.env')).toThrow('Line 2');
  });

  it('reads back what CSV writers write', () => {
    const cell = fc.string().map((text) => text.replaceAll('\r', ''));
    const row = fc.array(cell, { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), (rows) => {
        const text = rows.map((cells) => cells.map((each) => `"${each.replaceAll('"', '""')}"`).join(',')).join('\r\n');
        expect(parseCsv(text)).toEqual(rows);
      }),
    );
  });

  it('answers any bytes with drafts that fit, or with invalid-input', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(...importFormats), (bytes, format) => {
        try {
          const { drafts } = readImport({ bytes: Buffer.from(bytes), fileName: 'f' }, format);
          for (const draft of drafts) expect(secretDraft.safeParse(draft).success).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(VaultError);
          expect((error as VaultError).code).toBe('invalid-input');
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('answers a damaged archive with invalid-input', () => {
    const archive = zip('export.data', Buffer.from('{"accounts":[]}'), true);
    for (let at = 0; at < archive.length; at += 1) {
      const damaged = Buffer.from(archive);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      for (const bytes of [damaged, archive.subarray(0, at)]) {
        try {
          expect(readImport({ bytes, fileName: 'x' }, '1pux').drafts).toEqual([]);
        } catch (error) {
          expect((error as VaultError).code).toBe('invalid-input');
        }
      }
    }
  });
});
