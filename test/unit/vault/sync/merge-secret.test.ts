import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conflictTag, fieldName } from '../../../../app/model/secret.js';
import { mergeSecret, type SharedBody } from '../../../../main/vault/sync/merge-secret.js';

const base: SharedBody = {
  type: 'credentials',
  name: 'Mail',
  tags: ['work'],
  favourite: false,
  state: 'kept',
  fields: { username: 'ada', password: 'p0', url: 'https://mail' },
  recipients: ['ada', 'bob'],
  exposed: [],
};
const with_ = (changes: Partial<SharedBody>): SharedBody => ({ ...base, ...changes });
const fields = (changes: Record<string, string | undefined>): SharedBody => {
  const merged = Object.entries({ ...base.fields, ...changes }).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  return with_({ fields: Object.fromEntries(merged) });
};
const merged = (ours: SharedBody, theirs: SharedBody): SharedBody => mergeSecret(base, ours, theirs).next ?? theirs;

describe('two sides of a secret', () => {
  it('keep what each of them changed in different parts', () => {
    const ours = with_({ fields: { ...base.fields, password: 'p1' }, tags: ['work', 'mine'], favourite: true });
    const theirs = with_({ fields: { ...base.fields, url: 'https://new' }, tags: [], name: 'Post' });
    expect(mergeSecret(base, ours, theirs)).toEqual({
      next: with_({
        name: 'Post',
        fields: { username: 'ada', password: 'p1', url: 'https://new' },
        tags: ['mine'],
        favourite: true,
      }),
      copy: null,
      notice: null,
    });
  });

  it('leave nothing to write when theirs has all of ours', () => {
    expect(mergeSecret(base, base, fields({ password: 'p2' }))).toEqual({ next: null, copy: null, notice: null });
    expect(mergeSecret(base, fields({ password: 'p2' }), fields({ password: 'p2' })).next).toBeNull();
  });

  it('keep ours beside theirs when both changed one field, marked for every device', () => {
    const { next, notice } = mergeSecret(base, fields({ password: 'ours' }), fields({ password: 'theirs' }));
    expect(next?.fields).toEqual({ ...base.fields, password: 'theirs', 'password.other': 'ours' });
    expect(next?.tags).toEqual(['work', conflictTag]);
    expect(notice).toBe(
      '“password” of “Mail” was changed here and on another computer. The other computer’s version stays, yours is in the field “password.other”.',
    );
  });

  it('number the fields beside each other, and never say one value twice', () => {
    const first = merged(fields({ password: 'one' }), fields({ password: 'theirs' }));
    const second = merged(fields({ password: 'two' }), first);
    expect(second.fields).toMatchObject({ 'password.other': 'one', 'password.other-2': 'two' });
    expect(mergeSecret(base, fields({ password: 'two' }), second).next).toBeNull();
    expect(mergeSecret(base, fields({ password: 'one' }), second).next).toBeNull();
  });

  it('keep our name as a field when both renamed', () => {
    const result = merged(with_({ name: 'Ours' }), with_({ name: 'Theirs' }));
    expect(result).toMatchObject({ name: 'Theirs', fields: { 'name.other': 'Ours' } });
  });

  it('keep names of fields within what the vault accepts', () => {
    const name = `f${'x'.repeat(127)}`;
    const result = merged(fields({ [name]: 'ours' }), fields({ [name]: 'theirs' }));
    for (const one of Object.keys(result.fields)) expect(fieldName.safeParse(one).success).toBe(true);
    expect(Object.values(result.fields)).toContain('ours');
  });

  it('let an edit win over taking the field away, whoever did which', () => {
    expect(merged(fields({ url: undefined }), fields({ url: 'edited' })).fields['url']).toBe('edited');
    expect(merged(fields({ url: 'edited' }), fields({ url: undefined })).fields['url']).toBe('edited');
    expect(merged(fields({ url: undefined }), fields({ password: 'x' })).fields).not.toHaveProperty('url');
  });

  it('let an edit win over the trash, and the trash over nothing', () => {
    const trashed = with_({ state: 'trashed' });
    expect(merged(trashed, fields({ password: 'x' })).state).toBe('kept');
    expect(merged(fields({ password: 'x' }), trashed)).toMatchObject({ state: 'kept', fields: { password: 'x' } });
    expect(merged(trashed, with_({ recipients: ['ada'], exposed: ['bob'] })).state).toBe('trashed');
    expect(merged(trashed, base).state).toBe('trashed');
  });

  it('bring an edit back as something new when the secret was deleted for good elsewhere, read by its owner alone', () => {
    const gone = with_({ state: 'deleted', name: '', tags: [], fields: {} });
    const { next, copy, notice } = mergeSecret(base, fields({ password: 'ours' }), gone);
    expect(next).toBeNull();
    expect(copy).toMatchObject({ name: 'Mail', state: 'kept', fields: { password: 'ours' }, recipients: ['ada'] });
    expect(notice).toContain('kept as a new secret');
    expect(mergeSecret(base, with_({ state: 'trashed' }), gone)).toEqual({ next: null, copy: null, notice: null });
  });

  it('keep an edit from elsewhere of what was deleted for good here, and delete what nobody touched', () => {
    const gone = with_({ state: 'deleted', name: '', tags: [], fields: {} });
    const kept = mergeSecret(base, gone, fields({ password: 'theirs' }));
    expect(kept).toMatchObject({ next: null, copy: null });
    expect(kept.notice).toContain('It was kept');
    expect(mergeSecret(base, gone, base).next?.state).toBe('deleted');
    const trashed = with_({ state: 'trashed' });
    expect(mergeSecret(trashed, gone, base)).toMatchObject({ next: null });
  });

  it('promise 5: whoever lost access on one side has none after the merge, and counts as exposed until a value changes', () => {
    const unshared = with_({ recipients: ['ada'], exposed: ['bob'] });
    const shared = with_({ recipients: ['ada', 'bob', 'cyd'] });
    expect(merged(unshared, shared)).toMatchObject({ recipients: ['ada', 'cyd'], exposed: ['bob'] });
    expect(merged(shared, unshared)).toMatchObject({ recipients: ['ada', 'cyd'], exposed: ['bob'] });
    const changed = merged(fields({ password: 'new' }), unshared);
    expect(changed).toMatchObject({ recipients: ['ada'], exposed: [] });
  });

  it('come to the same when the merge is repeated on its own result', () => {
    const value = fc.constantFrom('a', 'b', 'c', undefined);
    const body = fc
      .record({
        name: fc.constantFrom('Mail', 'Post'),
        password: value,
        url: value,
        other: value,
        tags: fc.subarray(['work', 'x', 'y']),
        favourite: fc.boolean(),
        state: fc.constantFrom('kept', 'kept', 'trashed', 'deleted'),
        recipients: fc.subarray(['bob', 'cyd']),
        exposed: fc.subarray(['dan']),
      })
      .map(({ password, url, other, recipients, state, ...rest }): SharedBody => ({
        ...fields({ password, url, 'password.other': other }),
        ...rest,
        state,
        recipients: ['ada', ...recipients],
      }));
    fc.assert(
      fc.property(fc.option(body), body, body, (before, ours, theirs) => {
        const first = mergeSecret(before, ours, theirs);
        const again = mergeSecret(before, ours, first.next ?? theirs);
        expect(again.next).toBeNull();
        expect(again.copy).toEqual(first.copy);
      }),
      { numRuns: 3000 },
    );
  });
});
