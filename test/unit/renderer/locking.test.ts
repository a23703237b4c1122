import { beforeEach, describe, expect, it } from 'vitest';
import { acceptVaultState, createVault, loadAccount, unlock, useAccount } from '../../../renderer/state/account.js';
import { openSecret, reveal, useDetail } from '../../../renderer/state/detail.js';
import { isDraft } from '../../../renderer/state/draft-tag.js';
import { continueDraft, keepDraft, leaveForm } from '../../../renderer/state/drafts.js';
import {
  changeField,
  changeForm,
  discardForm,
  saveForm,
  startEdit,
  startNew,
  useForm,
} from '../../../renderer/state/form.js';
import { lockVault } from '../../../renderer/state/lock.js';
import { emptyAll } from '../../../renderer/state/lockable.js';
import { goToSecrets, useRoute } from '../../../renderer/state/route.js';
import { loadSecrets, searchSecrets, trashSecrets, useSecrets } from '../../../renderer/state/secrets.js';
import { undoLast, useToasts } from '../../../renderer/state/toasts.js';
import { fakeBridge, type Scenario } from '../../preview/fake-bridge.js';
import { account } from '../../preview/fake-data.js';

const open = async (scenario: Scenario = {}) => {
  const { bridge, world } = fakeBridge(scenario);
  globalThis.coretexVault = bridge;
  emptyAll();
  useAccount.setState({ vault: null, setUp: false, creating: false, progress: null, startError: null });
  await loadAccount();
  await loadSecrets();
  return world;
};

const idOf = (name: string): string => useSecrets.getState().items.find((item) => item.name === name)!.id;
const drafts = () => useSecrets.getState().items.filter(isDraft);
const edit = async (name: string) => {
  await openSecret(idOf(name));
  await startEdit(useDetail.getState().detail!);
};

beforeEach(() => open());

describe('locking empties the window', () => {
  it('drops lists, details, revealed values, forms and messages', async () => {
    await openSecret(idOf('Figma'));
    await reveal('password');
    expect(useDetail.getState().revealed).toEqual({ password: 'correct-horse-battery' });
    startNew('note');
    changeForm({ name: 'typed' });
    await lockVault();
    expect(useAccount.getState().vault?.phase).toBe('locked');
    for (const store of [useSecrets, useDetail, useForm, useToasts])
      expect(store.getState()).toEqual(store.getInitialState());
  });

  it('drops an answer that arrives after the lock', async () => {
    const late = reveal('password');
    const list = loadSecrets();
    emptyAll();
    await Promise.all([late, list]);
    expect(useDetail.getState().revealed).toEqual({});
    expect(useSecrets.getState().items).toEqual([]);
  });

  it('also when another vault becomes the active one', () => {
    const { vault } = useAccount.getState();
    const vaults = vault!.vaults.map((entry) => ({ ...entry, active: !entry.active }));
    acceptVaultState({ ...vault!, vaults });
    expect(useSecrets.getState().items).toEqual([]);
  });
});

describe('a passphrase never lies in the window', () => {
  it('is wiped after unlocking, right or wrong', async () => {
    await open({ phase: 'locked', deriveMs: 0 });
    const wrong = new TextEncoder().encode('wrong');
    await expect(unlock(wrong)).rejects.toMatchObject({ code: 'wrong-passphrase' });
    const right = new TextEncoder().encode('open sesame');
    await unlock(right);
    expect([...wrong, ...right].every((byte) => byte === 0)).toBe(true);
  });

  it('is wiped after creating; the flow stays open for the recovery sheet', async () => {
    await open({ phase: 'none', deriveMs: 0 });
    const passphrase = new TextEncoder().encode('a long one');
    await createVault({ location: { kind: 'default' }, name: 'Ada', passphrase, suite: 'vault', bits: 3072 });
    expect(passphrase.every((byte) => byte === 0)).toBe(true);
    expect(useAccount.getState()).toMatchObject({
      setUp: true,
      creating: false,
      vault: { phase: 'unlocked', account: { ...account, name: 'Ada' } },
    });
  });
});

describe('nothing typed is lost', () => {
  it('by a lock: a new secret is kept as a draft and can go on', async () => {
    startNew('api-token');
    changeForm({ name: 'Half', tags: ['mine'] });
    changeField('token', { value: 'tok_1' });
    await lockVault();
    await unlock(new TextEncoder().encode('open sesame'));
    await loadSecrets();
    expect(drafts()).toHaveLength(1);
    await continueDraft(drafts()[0]!.id);
    const { form } = useForm.getState();
    expect(form).toMatchObject({ type: 'api-token', name: 'Half', tags: ['mine'] });
    expect(form?.fields.find((field) => field.name === 'token')?.value).toBe('tok_1');
    await saveForm();
    expect(drafts()).toHaveLength(0);
    expect(idOf('Half')).toBeTruthy();
  });

  it('by leaving a form: changes go on against the secret they belong to', async () => {
    await edit('Figma');
    changeField('username', { value: 'new@northlab.ai' });
    expect(await leaveForm()).toBe(true);
    expect(useForm.getState().form).toBeNull();
    await continueDraft(drafts()[0]!.id);
    await saveForm();
    await openSecret(idOf('Figma'));
    expect(useDetail.getState().detail?.fields.find((field) => field.name === 'username')?.value).toBe(
      'new@northlab.ai',
    );
    expect(useDetail.getState().detail?.version).toBe(2);
    expect(drafts()).toHaveLength(0);
  });

  it('by an error: the form stays as it is', async () => {
    await open({ fail: { 'secrets.add': 'store-full' } });
    startNew('note');
    changeForm({ name: 'Plans' });
    changeField('text', { value: 'words' });
    await saveForm();
    expect(useForm.getState()).toMatchObject({ saving: false, error: { code: 'store-full' }, form: { name: 'Plans' } });
  });

  it('by a lock that cannot keep it: the lock waits for the person', async () => {
    await open({ fail: { 'secrets.add': 'store-full' } });
    startNew('note');
    changeForm({ name: 'Plans' });
    await lockVault();
    expect(useAccount.getState().vault?.phase).toBe('unlocked');
    expect(useForm.getState().form?.name).toBe('Plans');
    expect(useToasts.getState().toasts.at(-1)?.action?.label).toBe('Lock anyway');
  });

  it('by discarding or trashing: Undo brings it back', async () => {
    startNew('note');
    changeForm({ name: 'Plans' });
    discardForm();
    expect(undoLast()).toBe(true);
    expect(useForm.getState().form?.name).toBe('Plans');
    discardForm();
    await trashSecrets([idOf('Zoom')]);
    undoLast();
    await expect.poll(() => useSecrets.getState().items.find((item) => item.name === 'Zoom')?.trashed).toBe(false);
  });

  it('keeps one draft per form, and none when nothing changed', async () => {
    startNew('note');
    await keepDraft();
    changeForm({ name: 'One' });
    await Promise.all([keepDraft(), keepDraft()]);
    changeForm({ name: 'Two' });
    await keepDraft();
    await loadSecrets();
    expect(drafts().map((draft) => draft.name)).toEqual(['Two']);
  });
});

describe('a saved secret', () => {
  it('is shown, also where the list at hand would not show it', async () => {
    goToSecrets({ kind: 'type', type: 'aws' });
    await searchSecrets('sandbox');
    startNew('note');
    changeForm({ name: 'Plans' });
    changeField('text', { value: 'words' });
    await saveForm();
    expect(useSecrets.getState()).toMatchObject({ search: '', found: null, selection: { active: idOf('Plans') } });
    expect(useRoute.getState()).toMatchObject({ route: { filter: { kind: 'all' } }, front: 'detail' });
  });
});

describe('search', () => {
  it('shows the answer to the newest question only', async () => {
    const first = searchSecrets('figma');
    const second = searchSecrets('github');
    await Promise.all([first, second]);
    expect(useSecrets.getState().found).toEqual([idOf('GitHub release bot')]);
    await searchSecrets('');
    expect(useSecrets.getState().found).toBeNull();
  });
});
