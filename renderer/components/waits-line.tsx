import { useSync } from '../state/sync.js';
import { WaitsMark } from './waits-mark.js';
import './waits-mark.css';

/** The mark and its words, where there is room for them: under the name of what is open. */
export const WaitsLine = ({ id }: { id: string }) => {
  const item = useSync((state) => state.waitingIds.get(id));
  if (!item) return null;
  return (
    <span className="waits-line small">
      <WaitsMark id={id} />
      <span aria-hidden>{item.state === 'refused' ? item.message : 'Waits to be sent'}</span>
    </span>
  );
};
