import { CircleAlert } from 'lucide-react';
import { asVaultError, errorAdvice } from '../state/error-advice.js';
import { Button } from './button.js';
import './error-note.css';

/** An error in place: what happened, what it means for the person's data, what to do. */
export const ErrorNote = ({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) => {
  const { code, message } = asVaultError(error);
  const { meaning, action } = errorAdvice[code];
  return (
    <div className="error-note" role="alert" data-code={code}>
      <CircleAlert size={16} aria-hidden />
      <div>
        <p className="error-what">{message}</p>
        <p>{`${meaning} ${action}`.trim()}</p>
      </div>
      {onRetry ? <Button onClick={onRetry}>Try again</Button> : null}
    </div>
  );
};
