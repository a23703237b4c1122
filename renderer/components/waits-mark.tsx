import { CloudAlert, CloudUpload } from 'lucide-react';
import { useSync } from '../state/sync.js';
import './waits-mark.css';

/** Beside the name of a secret or file whose changes were not sent yet. Quiet: nothing is lost, and it is sent by itself. */
export const WaitsMark = ({ id }: { id: string }) => {
  const item = useSync((state) => state.waitingIds.get(id));
  if (!item) return null;
  const refused = item.state === 'refused';
  const words = refused ? `Not sent: ${item.message}` : 'Waits to be sent';
  const Icon = refused ? CloudAlert : CloudUpload;
  return (
    <span className="waits-mark" data-refused={refused} role="img" aria-label={words} title={words}>
      <Icon size={14} aria-hidden />
    </span>
  );
};
