import { beforeEach, describe, expect, it } from 'vitest';
import { conflictTag, secretPatch, unsavedTag } from '../../../app/model/secret.js';
import {
  conflictsOf,
  isSecondVersion,
  ownTags,
  plainFields,
  settle,
  settlingPatch,
  withOwnTags,
  wordsOfField,
} from '../../../renderer/state/conflicts.js';
import { openSecret, useDetail } from '../../../renderer/state/detail.js';
import { changeField, changeForm, saveForm, startEdit, useForm } from '../../../renderer/state/form.js';
import { emptyAll } from '../../../renderer/state/lockable.js';
import { loadSecrets, useSecrets } from '../../../renderer/state/secrets.js';
import { useToasts } from '../../../renderer/state/toasts.js';
import { countSecrets } from '../../../renderer/state/visible-secrets.js';
import { fakeBridge, type Scenario } from '../../preview/fake-bridge.js';

const open = async (scenario: Scenario = { conflicts: true }, name = 'Figma') => {
  const { bridge, world } = fakeBridge(scenario);
  globalThis.coretexVault = bridge;
  emptyAll();
  await loadSecrets();
  await openSecret(useSecrets.getState().items.find((item) => item.name === name)!.id);
  return world;
};
const detail = () => useDetail.getState().detail!;
const kept = (world: Awaited<ReturnType<typeof open>>) =>
  world.secrets.find(({ id }) => id === detail().id)!.versions.at(-1)!;

describe('a secret that two computers changed at the same time', () => {
  let world: Awaited<ReturnType<typeof open>>;
  beforeEach(async () => {
    world = await open();
  });

  it('shows each field with both its versions, as open or concealed as the field is', () => {
    const [password, url] = conflictsOf(detail());
    expect(password).toMatchObject({ name: 'password', label: 'Password', held: { value: null } });
    expect(password!.other).toMatchObject({ name: 'password.other', kind: 'concealed', value: null });
    expect(url).toMatchObject({ name: 'url', held: { value: 'https://figma.com' }, other: { kind: 'url' } });
    expect(conflictsOf(detail())).toHaveLength(2);
    expect(plainFields(detail()).some((field) => field.name.endsWith('.other'))).toBe(false);
  });

  it('keeps what is in use: the other version goes, and the tag with the last one', async () => {
    const [password, url] = conflictsOf(detail());
    await settle(detail(), password!, 'held');
    expect(kept(world).fields).toMatchObject({ password: 'correct-horse-battery' });
    expect(kept(world).fields).not.toHaveProperty(['password.other']);
    expect(kept(world).tags).toContain(conflictTag);
    await settle(detail(), url!, 'held');
    expect(kept(world).tags).not.toContain(conflictTag);
    expect(conflictsOf(detail())).toEqual([]);
  });

  it('keeps the other: it becomes the field, with not a character changed', async () => {
    const [password] = conflictsOf(detail());
    await settle(detail(), password!, 'other');
    expect(kept(world).fields['password']).toBe('correct-horse-battery-staple');
    expect(kept(world).fields).not.toHaveProperty(['password.other']);
  });

  it('settles with a patch that main accepts, and leaves tags that the person chose', () => {
    const one = {
      ...detail(),
      tags: ['team', conflictTag],
      fields: detail().fields.filter((f) => f.name !== 'url.other'),
    };
    const patch = settlingPatch(one, conflictsOf(one)[0]!, 'x');
    expect(secretPatch.parse(patch)).toEqual(patch);
    expect(patch).toEqual({ fields: { 'password.other': null, password: 'x' }, tags: ['team'] });
  });

  it('is settled one version at a time when a field was changed on two sides more than once', async () => {
    Object.assign(kept(world).fields, { 'password.other-2': 'a third one' });
    await openSecret(detail().id);
    expect(conflictsOf(detail()).map(({ name, other }) => [name, other.name])).toContainEqual([
      'password',
      'password.other-2',
    ]);
    for (const { other } of conflictsOf(detail())) {
      expect(kept(world).tags).toContain(conflictTag);
      const conflict = conflictsOf(detail()).find((one) => one.other.name === other.name)!;
      await settle(detail(), conflict, other.name === 'password.other-2' ? 'other' : 'held');
    }
    expect(kept(world).fields).toMatchObject({ password: 'a third one', url: 'https://figma.com' });
    expect(kept(world).tags).not.toContain(conflictTag);
    expect(detail().fields.some((field) => field.name.includes('.other'))).toBe(false);
  });

  it('may be about the name of the secret itself', async () => {
    Object.assign(kept(world).fields, { 'name.other': 'Figma, design team' });
    await openSecret(detail().id);
    const conflict = conflictsOf(detail()).find((one) => one.name === 'name')!;
    expect(conflict).toMatchObject({ label: 'Name', held: { value: 'Figma' }, other: { kind: 'text' } });
    await settle(detail(), conflict, 'other');
    expect(kept(world).name).toBe('Figma, design team');
    expect(kept(world).fields).not.toHaveProperty(['name.other']);
    expect(kept(world).fields).not.toHaveProperty('name');
  });

  it('stays as it is, and says why, when it cannot be written', async () => {
    await open({ conflicts: true, fail: { 'secrets.edit': 'store-full' } });
    expect(await settle(detail(), conflictsOf(detail())[0]!, 'held')).toBe(false);
    expect(useToasts.getState().toasts.at(-1)).toMatchObject({ kind: 'failed', code: 'store-full' });
    expect(conflictsOf(detail())).toHaveLength(2);
  });

  it('keeps both versions and the tag through an edit of something else', async () => {
    await startEdit(detail());
    const { form } = useForm.getState();
    expect(form!.fields.filter((field) => isSecondVersion(form!, field.name)).map((field) => field.name)).toEqual([
      'password.other',
      'url.other',
    ]);
    changeField('username', { value: 'jonas@northlab.ai' });
    changeForm({ tags: withOwnTags(form!.tags, ['design']) });
    await saveForm();
    expect(kept(world).fields).toMatchObject({
      username: 'jonas@northlab.ai',
      'password.other': 'correct-horse-battery-staple',
      'url.other': 'https://www.figma.com/files/team/northlab',
    });
    expect(kept(world).tags).toEqual(['design', conflictTag]);
  });
});

describe('the vault’s own tags', () => {
  it('are nobody’s: not among the tags of a list, a filter or an editor', async () => {
    await open();
    expect([...countSecrets(useSecrets.getState().items).tags.keys()]).not.toContain(conflictTag);
    expect(ownTags(['team', conflictTag, unsavedTag])).toEqual(['team']);
  });

  it('stay when a person changes theirs', () => {
    expect(withOwnTags(['a', conflictTag], ['b'])).toEqual(['b', conflictTag]);
    expect(withOwnTags(['a', conflictTag], [])).toEqual([conflictTag]);
  });
});

describe('a field that happens to be called so', () => {
  it('is a field like any other without the tag', async () => {
    await open({});
    const plain = { ...detail(), tags: [], fields: [{ ...detail().fields[0]!, name: 'password.other', length: 3 }] };
    expect(conflictsOf(plain)).toEqual([]);
    expect(plainFields(plain)).toEqual(plain.fields);
    expect(isSecondVersion(plain, 'password.other')).toBe(false);
  });

  it('is told in a sentence', () => {
    expect(wordsOfField('credentials', 'password.other')).toBe('other version of the password');
    expect(wordsOfField('env', 'DATABASE_URL.other')).toBe('database_url.other');
    expect(wordsOfField('credentials', 'password.other-2')).toBe('other version of the password');
    expect(wordsOfField('credentials', 'url')).toBe('website');
  });
});
