import { useCallback, useEffect, useRef, useState } from 'react';
import { CircleCheck, CircleDot, CirclePause, CloudAlert, CloudOff, RefreshCw, type LucideIcon } from 'lucide-react';
import type { SyncStatus } from '../../../app/model/sync.js';
import { Popover } from '../../components/popover.js';
import { ProgressBar } from '../../components/progress.js';
import { isFar, useSync, waitingCount } from '../../state/sync.js';
import { chipWords } from '../../state/sync-words.js';
import { SyncPanel } from './sync-panel.js';
import './sync.css';

const icons: Readonly<Record<SyncStatus['state'], LucideIcon>> = {
  folder: CircleCheck,
  current: CircleCheck,
  working: RefreshCw,
  offline: CloudOff,
  paused: CirclePause,
  trouble: CloudAlert,
};

/** News that a person did not look at yet is told by a dot, not by a change of the words. */
const useNews = (): number => useSync((state) => state.notices.length);

/** A window that gets narrow swaps sidebar and rail: what hangs on the one that goes, goes too. */
const useGoneWith = (open: boolean, close: () => void) => {
  const trigger = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const onResize = () => {
      if (open && trigger.current?.offsetParent === null) close();
    };
    window.addEventListener('resize', onResize);
    return () => window.removeEventListener('resize', onResize);
  }, [open, close]);
  return trigger;
};

/** How the vault stands with its far store, in one line; nothing for a folder. `narrow` is the rail's: an icon. */
export const SyncChip = ({ narrow = false }: { narrow?: boolean }) => {
  const status = useSync((state) => state.status);
  const far = useSync(isFar);
  const waitingItems = useSync(waitingCount);
  const news = useNews();
  const [open, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);
  const button = useGoneWith(open, close);
  if (!status || !far) return null;
  const words = chipWords({ ...status, waitingItems });
  const Icon = status.state === 'current' && waitingItems > 0 ? CircleDot : icons[status.state];
  const label = `Store: ${words}${news > 0 ? `. ${news === 1 ? 'One merge' : `${news} merges`} to look at` : ''}`;
  const trigger = (
    <button
      ref={button}
      type="button"
      className={narrow ? 'icon-button sync-icon' : 'sync-chip'}
      data-state={status.state}
      aria-label={label}
      title={words}
      data-stop
    >
      <Icon size={narrow ? 20 : 16} aria-hidden />
      {narrow ? null : <span className="truncate">{words}</span>}
      {news > 0 ? <span className="sync-news" aria-hidden /> : null}
    </button>
  );
  return (
    <div className={narrow ? 'sync-narrow' : 'sync-line'}>
      <Popover
        label="Sync"
        open={open}
        onOpenChange={setOpen}
        trigger={trigger}
        align="start"
        side={narrow ? 'right' : 'top'}
      >
        <SyncPanel status={status} onClose={close} />
      </Popover>
      {!narrow && status.state === 'working' && status.progress !== null ? (
        <ProgressBar label="Sending and fetching" fraction={status.progress} />
      ) : null}
    </div>
  );
};
