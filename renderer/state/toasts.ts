/** Short messages at the edge of the window: what was done, with Undo; what failed, with what to do. */
import type { ErrorCode } from '../../app/errors.js';
import { lockable } from './lockable.js';

export type Toast = Readonly<{
  id: number;
  kind: 'done' | 'failed';
  shownAt: number;
  text: string;
  /** a second, quieter line */
  more?: string;
  code?: ErrorCode;
  /** when a copied secret leaves the clipboard, in milliseconds since the epoch */
  clearsAt?: number;
  action?: Readonly<{ label: string; run: () => void }>;
  /** when it goes by itself; failures stay until dismissed */
  goesAt?: number;
}>;

export const useToasts = lockable<{ toasts: readonly Toast[] }>(() => ({ toasts: [] }));

const shownMs = 6_000;
const most = 3;
let nextId = 1;

/** Shows a message; a failure stays, and of copied secrets only the last is told, since the clipboard holds only that. */
export const toast = (message: Omit<Toast, 'id' | 'shownAt' | 'goesAt'> & { lastsMs?: number }): number => {
  const { lastsMs, ...rest } = message;
  const id = nextId++;
  const shownAt = Date.now();
  const goesAt = shownAt + (lastsMs ?? shownMs);
  const entry: Toast =
    message.kind === 'failed' && lastsMs === undefined ? { ...rest, id, shownAt } : { ...rest, id, shownAt, goesAt };
  useToasts.setState(({ toasts }) => ({
    toasts: [...toasts.filter((old) => old.clearsAt === undefined || entry.clearsAt === undefined), entry].slice(-most),
  }));
  return id;
};

export const dismiss = (id: number): void =>
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((entry) => entry.id !== id) }));

/** Takes away what has been shown long enough. */
export const sweep = (now: number): void =>
  useToasts.setState((state) => {
    const toasts = state.toasts.filter((entry) => entry.goesAt === undefined || entry.goesAt > now);
    return toasts.length === state.toasts.length ? state : { toasts };
  });

/** Does what the newest Undo offers, if one is on screen. */
export const undoLast = (): boolean => {
  const last = useToasts.getState().toasts.findLast((entry) => entry.action?.label === 'Undo');
  if (!last?.action) return false;
  last.action.run();
  dismiss(last.id);
  return true;
};
