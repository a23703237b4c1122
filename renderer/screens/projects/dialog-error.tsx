import { useEffect, useRef } from 'react';
import { ErrorNote } from '../../components/error-note.js';

/** What main refused, at the top of a dialog's body, which may be scrolled away from there. */
export const DialogError = ({ error }: { error: unknown }) => {
  const note = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Newer browsers answer with a promise, which is no clean-up.
    note.current?.scrollIntoView({ block: 'nearest' });
  }, [error]);
  return (
    <div ref={note}>
      <ErrorNote error={error} />
    </div>
  );
};
