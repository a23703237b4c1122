/** The secret in the detail pane. SECURITY: revealed values live here alone, for a minute at most, and go with the next secret or lock. */
import type { VaultError } from '../../app/errors.js';
import { fieldSpec, type SecretDetail, type SecretVersion } from '../../app/model/secret.js';
import { asVaultError } from './error-advice.js';
import { attempt } from './attempt.js';
import { client } from './client.js';
import { lockable, whileUnlocked } from './lockable.js';
import { loadSecrets } from './secrets.js';
import { toast } from './toasts.js';

type DetailState = {
  detail: SecretDetail | null;
  error: VaultError | null;
  revealed: Readonly<Record<string, string>>;
  /** null: the fields are shown */
  history: readonly SecretVersion[] | null;
};

export const useDetail = lockable<DetailState>(() => ({ detail: null, error: null, revealed: {}, history: null }));

const revealedForMs = 60_000;
let wanted: string | null = null;
let hideTimer: ReturnType<typeof setTimeout> | undefined;

/** Opens a secret; the one shown before stays until this one is here, so nothing jumps. */
export const openSecret = async (id: string | null): Promise<void> => {
  wanted = id;
  if (id === null) {
    useDetail.setState({ detail: null, error: null, revealed: {}, history: null });
    return;
  }
  try {
    const detail = await whileUnlocked(client.secrets.get({ id }));
    if (wanted !== id) return;
    const same = useDetail.getState().detail?.id === id && useDetail.getState().detail?.version === detail.version;
    useDetail.setState(same ? { detail, error: null } : { detail, error: null, revealed: {}, history: null });
  } catch (failure) {
    const error = asVaultError(failure);
    if (wanted === id && error.code !== 'locked')
      useDetail.setState({ detail: null, error, revealed: {}, history: null });
  }
};

export const reveal = (field: string): Promise<boolean> =>
  attempt(async () => {
    const id = useDetail.getState().detail?.id;
    if (id === undefined) return;
    const { value } = await whileUnlocked(client.secrets.reveal({ id, field }));
    if (useDetail.getState().detail?.id !== id) return;
    useDetail.setState(({ revealed }) => ({ revealed: { ...revealed, [field]: value } }));
    clearTimeout(hideTimer);
    hideTimer = setTimeout(hideAll, revealedForMs);
  });

export const hide = (field: string): void =>
  useDetail.setState(({ revealed }) => ({
    revealed: Object.fromEntries(Object.entries(revealed).filter(([name]) => name !== field)),
  }));

export const hideAll = (): void => useDetail.setState({ revealed: {} });

const copied = (label: string, clearsInMs: number) =>
  toast({ kind: 'done', text: `${label} copied`, clearsAt: Date.now() + clearsInMs, lastsMs: clearsInMs });

/** Copies without showing: the value goes from main to the clipboard and never comes here. */
export const copyField = (id: string, field: string, label: string): Promise<boolean> =>
  attempt(async () => {
    const { clearsInMs } = await client.secrets.copy({ id, field });
    copied(label, clearsInMs);
  });

export const copyCode = (id: string, field: string): Promise<boolean> =>
  attempt(async () => {
    const { clearsInMs } = await client.secrets.copyTotp({ id, field });
    copied('One-time code', clearsInMs);
  });

/** Copies what a person most likely wants of a secret: its first concealed field, or its code. */
export const copyMain = async (id: string): Promise<void> => {
  await attempt(async () => {
    const { fields, type } = await client.secrets.get({ id });
    const field =
      fields.find((entry) => entry.kind.startsWith('concealed')) ?? fields.find((entry) => entry.length > 0);
    if (!field) return;
    if (field.kind === 'totp') await copyCode(id, field.name);
    else await copyField(id, field.name, fieldSpec(type, field.name).label);
  });
};

export const showHistory = (): Promise<boolean> =>
  attempt(async () => {
    const id = useDetail.getState().detail?.id;
    if (id === undefined) return;
    const { versions } = await whileUnlocked(client.secrets.history({ id }));
    if (useDetail.getState().detail?.id === id)
      useDetail.setState({ history: versions.toSorted((a, b) => b.version - a.version), revealed: {} });
  });

export const closeHistory = (): void => useDetail.setState({ history: null });

export const restoreVersion = (id: string, version: number): Promise<boolean> =>
  attempt(async () => {
    await client.secrets.restoreVersion({ id, version });
    await Promise.all([loadSecrets(), openSecret(id)]);
    toast({ kind: 'done', text: `Version ${version} restored. The newer ones stay in the history.` });
  });
