/** The open form: a new secret or changes to one. What is typed here is kept as an encrypted draft (state/drafts.ts). */
import type { VaultError } from '../../app/errors.js';
import type { SecretDetail } from '../../app/model/secret.js';
import { asVaultError } from './error-advice.js';
import { attempt, tellFailure } from './attempt.js';
import { client } from './client.js';
import { openSecret } from './detail.js';
import { lockable, whileUnlocked } from './lockable.js';
import { showFront } from './route.js';
import {
  draftOf,
  emptyForm,
  formOf,
  patchOf,
  problemsOf,
  type NewSecretType,
  type SecretFormValues,
} from './secret-form.js';
import { loadSecrets } from './secrets.js';
import { showSecret } from './show-secret.js';
import { toast } from './toasts.js';

export type FormState = {
  /** the choice of a type comes before the form of a new secret */
  picking: boolean;
  form: SecretFormValues | null;
  /** the secret that is changed, as it was; null for a new one */
  original: Readonly<{ id: string; form: SecretFormValues }> | null;
  /** what the form looked like when it was opened: equal means nothing is unsaved */
  opened: SecretFormValues | null;
  /** the draft in the vault that keeps this form, and the form it keeps */
  draft: Readonly<{ id: string; form: SecretFormValues }> | null;
  showProblems: boolean;
  saving: boolean;
  error: VaultError | null;
};

const closed: FormState = {
  picking: false,
  form: null,
  original: null,
  opened: null,
  draft: null,
  showProblems: false,
  saving: false,
  error: null,
};

export const useForm = lockable<FormState>(() => closed);

export const isUnsaved = ({ form, opened }: Pick<FormState, 'form' | 'opened'>): boolean =>
  form !== null && form !== opened && (opened === null || patchOf(opened, form) !== null);

export const pickType = (): void => {
  if (isUnsaved(useForm.getState())) return;
  useForm.setState({ ...closed, picking: true });
  showFront('detail');
};

export const startNew = (type: NewSecretType): void => {
  const form = emptyForm(type);
  useForm.setState({ ...closed, form, opened: form });
  showFront('detail');
};

/** Every field's value of a secret, by name: editing needs them all. */
export const revealAll = async (detail: SecretDetail): Promise<Record<string, string>> => {
  const values: Record<string, string> = {};
  for (const field of detail.fields)
    values[field.name] =
      field.value ?? (await whileUnlocked(client.secrets.reveal({ id: detail.id, field: field.name }))).value;
  return values;
};

export const startEdit = (detail: SecretDetail): Promise<boolean> =>
  attempt(async () => {
    const form = formOf(detail, await revealAll(detail));
    if (form) useForm.setState({ ...closed, form, original: { id: detail.id, form }, opened: form });
  });

export const changeForm = (change: Partial<SecretFormValues>): void =>
  useForm.setState(({ form }) => (form ? { form: { ...form, ...change }, error: null } : {}));

export const changeField = (key: string, change: Readonly<{ name?: string; value?: string }>): void => {
  const { form } = useForm.getState();
  if (form) changeForm({ fields: form.fields.map((field) => (field.key === key ? { ...field, ...change } : field)) });
};

export const dropDraft = async (draft: FormState['draft']): Promise<void> => {
  if (draft) await client.secrets.purge({ ids: [draft.id] });
};

/** Writes the form as a new secret or a new version; on failure everything typed stays. */
export const saveForm = async (): Promise<void> => {
  const { form, original, draft, saving } = useForm.getState();
  if (!form || saving) return;
  if (problemsOf(form).size > 0) {
    useForm.setState({ showProblems: true });
    return;
  }
  useForm.setState({ saving: true, error: null });
  try {
    const id = await write(form, original);
    await dropDraft(useForm.getState().draft ?? draft).catch(tellFailure);
    useForm.setState(closed);
    await Promise.all([loadSecrets(), openSecret(id)]);
    await showSecret(id);
    toast({ kind: 'done', text: 'Saved' });
  } catch (failure) {
    const error = asVaultError(failure);
    if (useForm.getState().form) useForm.setState({ saving: false, error });
  }
};

const write = async (form: SecretFormValues, original: FormState['original']): Promise<string> => {
  if (original === null) return (await whileUnlocked(client.secrets.add(draftOf(form)))).id;
  const patch = patchOf(original.form, form);
  if (patch) await whileUnlocked(client.secrets.edit({ id: original.id, patch }));
  return original.id;
};

/** Closes the form; what was typed can be brought back with Undo. */
export const discardForm = (): void => {
  const before = useForm.getState();
  useForm.setState(closed);
  if (before.original === null) showFront('list');
  if (!isUnsaved(before)) return;
  void dropDraft(before.draft).then(loadSecrets).catch(tellFailure);
  const run = () => useForm.setState({ ...before, draft: null, saving: false, error: null });
  toast({ kind: 'done', text: 'Changes discarded', action: { label: 'Undo', run }, lastsMs: 10_000 });
};

export const closeForm = (): void => useForm.setState(closed);
