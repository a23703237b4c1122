import { useEffect, useRef } from 'react';
import { Button } from '../../components/button.js';
import { ProgressBar } from '../../components/progress.js';
import { cancelWork, fractionDone, useUpkeep, type StoreWork } from '../../state/upkeep.js';

const workWords: Readonly<Record<StoreWork, string>> = {
  move: 'Moving the vault',
  check: 'Checking the store',
  repair: 'Putting back what was lost',
  collect: 'Removing garbage',
};

/** How far the work on the store is, and a way to end it. */
export const WorkProgress = ({ work }: { work: StoreWork }) => {
  const { progress, cancelling } = useUpkeep();
  const fraction = fractionDone(progress);
  const words = workWords[work];
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    line.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div ref={line} className="work">
      <div className="work-line">
        <p>
          {words}
          {progress && progress.step !== '' ? <span className="quiet"> · {progress.step}</span> : '…'}
        </p>
        <span className="quiet small">
          {progress && progress.total > 0
            ? `${progress.done.toLocaleString('en')} of ${progress.total.toLocaleString('en')}`
            : null}
        </span>
      </div>
      <div className="work-line">
        <ProgressBar label={words} fraction={fraction} />
        <Button disabled={cancelling} onClick={() => void cancelWork()}>
          {cancelling ? 'Stopping…' : 'Cancel'}
        </Button>
      </div>
    </div>
  );
};
