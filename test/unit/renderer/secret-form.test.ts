import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { personalSecretTypes, secretDraft, type SecretDetail } from '../../../app/model/secret.js';
import { keepable } from '../../../renderer/state/drafts.js';
import {
  customField,
  draftOf,
  emptyForm,
  formOf,
  parseEnv,
  patchOf,
  problemsOf,
  type SecretFormValues,
} from '../../../renderer/state/secret-form.js';

const login = (values: Record<string, string>, name = 'Figma'): SecretFormValues => {
  const form = emptyForm('credentials');
  return { ...form, name, fields: form.fields.map((field) => ({ ...field, value: values[field.name] ?? '' })) };
};

describe('secret form', () => {
  it('asks for a name and the fields that a type needs', () => {
    expect([...problemsOf(emptyForm('aws')).keys()].sort()).toEqual(['key', 'name', 'secret']);
    expect(problemsOf(login({ password: 'x' })).size).toBe(0);
  });

  it('refuses field names that the vault would refuse, and twins', () => {
    const form = login({ password: 'x' });
    const own = [customField('1', '9lives', 'x'), customField('2', 'username', 'x'), customField('3')];
    expect([...problemsOf({ ...form, fields: [...form.fields, ...own] }).keys()]).toEqual(['1', '2']);
  });

  it('sends only what changed, and nulls for what was emptied', () => {
    const before = login({ username: 'mira', password: 'old', url: 'https://figma.com' });
    const next = { ...login({ username: 'mira', password: 'new' }, ' Figma team '), tags: ['design'] };
    expect(patchOf(before, next)).toEqual({
      name: 'Figma team',
      tags: ['design'],
      fields: { password: 'new', url: null },
    });
    expect(patchOf(before, before)).toBeNull();
  });

  it('gives a draft that the contract accepts, for every type', () => {
    expect(personalSecretTypes.length).toBeGreaterThan(0);
    for (const type of personalSecretTypes) {
      const form = emptyForm(type);
      const filled = { ...form, name: 'x', fields: form.fields.map((field) => ({ ...field, value: 'v' })) };
      expect(secretDraft.safeParse(draftOf(filled)).success).toBe(true);
    }
  });

  it('keeps any half-typed form as a secret that the contract accepts', () => {
    const anyField = fc.tuple(fc.string(), fc.string());
    fc.assert(
      fc.property(fc.string(), fc.array(anyField, { maxLength: 5 }), (name, own) => {
        const form = login({ password: 'p' }, name);
        const fields = [...form.fields, ...own.map(([key, value], index) => customField(`own-${index}`, key, value))];
        const kept = keepable({ ...form, fields }, null);
        expect(secretDraft.safeParse(kept).success).toBe(true);
        const values = Object.values(kept.fields);
        for (const [, value] of own) if (value !== '') expect(values).toContain(value);
      }),
    );
  });

  it('opens a secret with its own fields after the known ones, before them in an environment', () => {
    const detail = (type: SecretDetail['type']): SecretDetail => ({
      id: 'a',
      version: 1,
      type,
      name: 'n',
      tags: [],
      favourite: false,
      trashed: false,
      modified: '',
      subtitle: '',
      mine: true,
      ownerName: '',
      readers: 1,
      ended: false,
      sharedWith: [],
      exposedTo: [],
      author: 'b',
      created: '',
      fields: [{ name: 'OWN', label: 'OWN', kind: 'concealed', value: null, length: 1 }],
    });
    expect(formOf(detail('git'), { OWN: 'v' })?.fields.at(-1)).toMatchObject({ name: 'OWN', value: 'v', custom: true });
    expect(formOf(detail('env'), { OWN: 'v' })?.fields[0]).toMatchObject({ name: 'OWN', custom: true });
    expect(formOf(detail('project'), {})).toBeNull();
  });
});

describe('parseEnv', () => {
  it('reads names and values, quotes and export taken off', () => {
    const text = '# comment\nexport A=1\r\nB="two words"\n C = \'x=y\' \nnot a pair\nD=';
    expect(parseEnv(text)).toEqual([
      ['A', '1'],
      ['B', 'two words'],
      ['C', 'x=y'],
      ['D', ''],
    ]);
  });

  it('says so when there is none', () => expect(parseEnv('just a name')).toBeNull());
});
