/**
 * Promise "nothing typed is ever lost by a lock or a crash": a form that is not saved is kept in the vault as an encrypted
 * draft, shortly after the last keystroke, when the window loses the focus, and before a lock that a person asks for.
 */
import type { SecretDraft } from '../../app/model/secret.js';
import { attempt, tellFailure } from './attempt.js';
import { client } from './client.js';
import { draftOrigin, draftTags, withoutDraftTags } from './draft-tag.js';
import { closeForm, isUnsaved, revealAll, useForm } from './form.js';
import { whileUnlocked } from './lockable.js';
import { showFront } from './route.js';
import { draftOf, emptyForm, formOf, type SecretFormValues } from './secret-form.js';
import { loadSecrets, selectSecret } from './secrets.js';

const pauseMs = 1_500;
const unnamed = 'Unsaved secret';
const validName = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;

/** A form as a secret that the vault accepts, whatever state it is in: fields without a usable name get one. */
export const keepable = (form: SecretFormValues, originId: string | null): SecretDraft => {
  const names = new Set<string>();
  const fields = form.fields.map((field, index) => {
    const name = validName.test(field.name) && !names.has(field.name) ? field.name : `unnamed_${index + 1}`;
    names.add(name);
    return { ...field, name, value: field.value.slice(0, 1_048_576) };
  });
  const name = form.name.trim() === '' ? unnamed : form.name.slice(0, 500);
  const tags = [...draftTags(originId), ...form.tags.slice(0, 90)];
  return { ...draftOf({ ...form, name, fields }), tags };
};

let keeping: Promise<boolean> = Promise.resolve(true);

/** Keeps what is unsaved; answers whether everything is safe now. */
export const keepDraft = (): Promise<boolean> => {
  keeping = keeping.then(keepOnce);
  return keeping;
};

const keepOnce = async (): Promise<boolean> => {
  const { form, original, draft, saving, ...state } = useForm.getState();
  if (!form || saving || !isUnsaved({ form, ...state }) || draft?.form === form) return true;
  try {
    const { id } = await whileUnlocked(client.secrets.add(keepable(form, original?.id ?? null)));
    await client.secrets.trash({ ids: [id] });
    if (draft) await client.secrets.purge({ ids: [draft.id] });
    if (useForm.getState().form) useForm.setState({ draft: { id, form } });
    else await client.secrets.purge({ ids: [id] });
    return true;
  } catch (failure) {
    tellFailure(failure);
    return false;
  }
};

/** Keeps drafts from now on; returns what stops it. */
export const keepDrafts = (): (() => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const now = () => void keepDraft();
  const stop = useForm.subscribe((state, before) => {
    if (state.form === before.form) return;
    clearTimeout(timer);
    if (isUnsaved(state)) timer = setTimeout(now, pauseMs);
  });
  window.addEventListener('blur', now);
  return () => {
    stop();
    clearTimeout(timer);
    window.removeEventListener('blur', now);
  };
};

/** Leaves the form for something else; what is unsaved stays in the vault as a draft. False when it could not be kept. */
export const leaveForm = async (): Promise<boolean> => {
  if (!(await keepDraft())) return false;
  const { draft } = useForm.getState();
  closeForm();
  if (draft) await loadSecrets();
  return true;
};

/** Goes on with a kept draft. */
export const continueDraft = (id: string): Promise<boolean> =>
  attempt(async () => {
    const kept = await whileUnlocked(client.secrets.get({ id }));
    const form = formOf({ ...kept, tags: withoutDraftTags(kept.tags) }, await revealAll(kept));
    if (!form) return;
    const original = await originalOf(draftOrigin(kept));
    const next = { ...form, name: form.name === unnamed ? '' : form.name };
    if (original) selectSecret(original.id);
    const opened = original?.form ?? emptyForm(form.type);
    useForm.setState({ form: next, original, opened, draft: { id, form: next }, picking: false, error: null });
    showFront('detail');
  });

const originalOf = async (id: string | null) => {
  if (id === null) return null;
  try {
    const detail = await whileUnlocked(client.secrets.get({ id }));
    const form = formOf(detail, await revealAll(detail));
    return form && !detail.trashed ? { id, form } : null;
  } catch {
    // The secret is gone since: the draft goes on as a new one, which loses nothing.
    return null;
  }
};

export const discardDraft = (id: string): Promise<boolean> =>
  attempt(async () => {
    await client.secrets.purge({ ids: [id] });
    await loadSecrets();
  });
