import { useEffect, useState } from 'react';
import { Pause, Play, RefreshCw } from 'lucide-react';
import type { SyncStatus } from '../../../app/model/sync.js';
import { Button } from '../../components/button.js';
import { formatBytes } from '../../state/format.js';
import { lookNow, pauseSync, useSync, waitWords } from '../../state/sync.js';
import { agoWords, stateWords } from '../../state/sync-words.js';
import { Notices } from './notices.js';
import { WaitingList } from './waiting-list.js';

const minuteMs = 60_000;

/** The time now, told anew each minute. */
const useMinutes = (): number => {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), minuteMs / 2);
    return () => clearInterval(timer);
  }, []);
  return now;
};

const Actions = ({ status }: { status: SyncStatus }) => {
  const looking = useSync((state) => state.looking);
  const paused = status.state === 'paused';
  return (
    <div className="sync-actions">
      <Button
        icon={paused ? Play : Pause}
        onClick={() => void pauseSync(!paused)}
        {...(paused ? { 'data-first': true } : {})}
      >
        {paused ? 'Resume' : 'Pause'}
      </Button>
      {paused ? null : (
        <Button
          icon={RefreshCw}
          disabled={looking || status.state === 'working'}
          data-first
          onClick={() => void lookNow()}
        >
          {looking ? 'Looking…' : 'Look now'}
        </Button>
      )}
    </div>
  );
};

/** What the chip's line stands for: when the store answered last, what waits, what was merged, and what can be done. */
export const SyncPanel = ({ status, onClose }: { status: SyncStatus; onClose: () => void }) => {
  const now = useMinutes();
  const { waiting, notices } = useSync();
  const { title, text } = stateWords(status);
  return (
    <div className="sync-panel">
      <header className="sync-head" data-state={status.state}>
        <h2>{title}</h2>
        <p>{text}</p>
        <p className="quiet small">Last contact: {agoWords(status.lastContact, now)}</p>
      </header>
      <div className="sync-body">
        {notices.length > 0 ? <Notices notices={notices} onClose={onClose} /> : null}
        {waiting.length > 0 ? (
          <section aria-labelledby="sync-waiting">
            <h3 id="sync-waiting">
              {waitWords(waiting.length)}
              <span className="quiet small"> · {formatBytes(status.waitingBytes)}</span>
            </h3>
            <WaitingList items={waiting} onClose={onClose} />
          </section>
        ) : null}
      </div>
      <Actions status={status} />
    </div>
  );
};
