import { Pin } from 'lucide-react';
import { isFar, isPinned, useSync } from '../../state/sync.js';

/** Beside the name of a project whose files are all kept on this computer. */
export const PinMark = ({ projectId }: { projectId: string }) => {
  const pinned = useSync((state) => isFar(state) && isPinned(state, projectId));
  if (!pinned) return null;
  return (
    <span className="pin-mark" role="img" aria-label="Kept on this computer" title="Kept on this computer">
      <Pin size={14} aria-hidden />
    </span>
  );
};
