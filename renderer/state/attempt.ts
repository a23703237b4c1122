import { isVaultError } from '../../app/errors.js';
import { asVaultError, errorAdvice } from './error-advice.js';
import { toast } from './toasts.js';

/** Shows a failure as a message that stays until it is dismissed. What a person cancelled is no failure. */
export const tellFailure = (failure: unknown): void => {
  if (isVaultError(failure, 'cancelled', 'locked')) return;
  const error = asVaultError(failure);
  const { meaning, action } = errorAdvice[error.code];
  toast({ kind: 'failed', text: error.message, more: `${meaning} ${action}`.trim(), code: error.code });
};

/** Runs what a person asked for; a failure is shown, and answered with false. */
export const attempt = async (task: () => Promise<unknown>): Promise<boolean> => {
  try {
    await task();
    return true;
  } catch (failure) {
    tellFailure(failure);
    return false;
  }
};
