import { isVaultError, VaultError } from '../../app/errors.js';
import type { JobControl } from './job-control.js';

/** How a caller follows a job: plaintext bytes done so far, at most twenty times a second, and once at the end. */
export type JobWatch = Readonly<{
  signal?: AbortSignal | undefined;
  onProgress?: ((bytesDone: number) => void) | undefined;
}>;

const progressEveryMs = 50;

/** Runs `work` with a control that the signal stops and that progress is read from. */
export async function watchJob<T>(watch: JobWatch, control: JobControl, work: () => Promise<T>): Promise<T> {
  const { signal } = watch;
  if (signal !== undefined && isAborted(signal)) throw abortError(signal);
  const stop = (): void => control.stop();
  signal?.addEventListener('abort', stop, { once: true });
  const endProgress = reportProgress(watch, control);
  try {
    const value = await work();
    endProgress(true);
    return value;
  } catch (error) {
    endProgress(false);
    if (isVaultError(error, 'cancelled') && signal !== undefined && isAborted(signal)) throw abortError(signal);
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** Asked anew: it may have changed while the work ran. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;

/** A vault that locks aborts with its own error; everything else is the person's cancelling. */
export const abortError = (signal: AbortSignal): VaultError =>
  isVaultError(signal.reason) ? signal.reason : new VaultError('cancelled');

function reportProgress({ onProgress }: JobWatch, control: JobControl): (complete: boolean) => void {
  if (onProgress === undefined) return () => undefined;
  let told = 0;
  const tell = (): void => {
    const bytes = control.bytesDone;
    if (bytes === told) return;
    told = bytes;
    onProgress(bytes);
  };
  const timer = setInterval(tell, progressEveryMs);
  return (complete) => {
    clearInterval(timer);
    if (complete) tell();
  };
}
