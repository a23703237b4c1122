import { describe, expect, it } from 'vitest';
import type { StoreInvitation } from '../../../app/model/store.js';
import { maxInvitationBytes, parseInvitation } from '../../../main/vault/store-invitation.js';

const invitation: StoreInvitation = {
  format: 'coretex-vault/v1/store-invitation',
  name: 'The lab',
  storeId: 'a'.repeat(32),
  location: { endpoint: 'https://s3.example.org:9000', region: 'eu-1', bucket: 'lab', prefix: 'team/a' },
};

const parse = (value: unknown) => parseInvitation(Buffer.from(JSON.stringify(value)));
const inPlace = (place: object) => ({ ...invitation, location: { ...invitation.location, ...place } });

describe('an invitation file', () => {
  it('is read as it was written', () => {
    expect(parse(invitation)).toEqual(invitation);
    expect(parse(inPlace({ endpoint: 'http://127.0.0.1:7480' })).location.endpoint).toBe('http://127.0.0.1:7480');
  });

  it('gives nothing but what an invitation holds', () => {
    const more = {
      ...inPlace({ accessKeyId: 'AKIA', kind: 'directory' }),
      keys: { secretAccessKey: 'x' },
      __proto__: { a: 1 },
    };
    expect(parse(more)).toEqual(invitation);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{"format": "coretex-vault/v1/store-invitation"'],
    ['another file', '{"format":"coretex-vault/v1/profile"}'],
    ['an array', '[]'],
    ['null', 'null'],
    ['bytes', '\u0000\u0001\uffff'],
    ['a bomb of brackets', '['.repeat(100_000)],
  ])('is not %s', (_name, text) => {
    expect(() => parseInvitation(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });

  it('is not larger than any invitation, however it goes on', () => {
    const huge = Buffer.from(JSON.stringify({ ...invitation, padding: 'x'.repeat(maxInvitationBytes) }));
    expect(() => parseInvitation(huge)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });

  it('of a newer version is said to be newer', () => {
    const newer = { ...invitation, format: 'coretex-vault/v2/store-invitation' };
    expect(() => parse(newer)).toThrow(expect.objectContaining({ code: 'unsupported-version' }));
  });

  it.each([
    ['a server elsewhere without TLS', { endpoint: 'http://s3.example.org' }],
    ['a name that only looks like this computer', { endpoint: 'http://127.0.0.1.example.org' }],
    ['a file', { endpoint: 'file:///etc/passwd' }],
    ['a password in the address', { endpoint: 'https://user:secret@s3.example.org' }],
    ['a query', { endpoint: 'https://s3.example.org/?x=1' }],
    ['no address', { endpoint: 'example' }],
    ['a prefix that climbs', { prefix: '../other' }],
    ['a prefix that climbs in the middle', { prefix: 'a/../b' }],
    ['a prefix that begins at the root', { prefix: '/a' }],
    ['a prefix with control characters', { prefix: 'a\u0000b' }],
    ['a bucket that is a path', { bucket: 'a/b' }],
    ['a bucket that climbs', { bucket: '..' }],
    ['types of another kind', { region: 7 }],
    ['a bucket of many', { bucket: ['a', 'b'] }],
    ['a certificate without end', { certificateAuthority: 'x'.repeat(100_001) }],
  ])('does not lead to %s', (_name, place) => {
    expect(() => parse(inPlace(place))).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });

  it('names a store by its id', () => {
    expect(() => parse({ ...invitation, storeId: '../store' })).toThrow(
      expect.objectContaining({ code: 'invalid-input' }),
    );
  });
});
