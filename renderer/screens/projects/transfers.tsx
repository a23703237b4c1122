import { ChevronDown, ChevronUp } from 'lucide-react';
import { useEffect } from 'react';
import type { Transfer } from '../../../app/model/project.js';
import { Button, IconButton } from '../../components/button.js';
import { ProgressBar } from '../../components/progress.js';
import { formatCount } from '../../state/format.js';
import { useRoute } from '../../state/route.js';
import { dismissFinished, expandTransfers, fractionOf, isUnderWay, useTransfers } from '../../state/transfers.js';
import { TransferCard } from './transfer-card.js';
import './transfers.css';

/** "3 transfers under way", "All done", "1 transfer not finished" */
const summaryOf = (items: readonly Transfer[]): string => {
  const running = items.filter(isUnderWay);
  if (running.length > 0) return `${formatCount(running.length, 'transfer')} under way`;
  const stuck = items.filter((item) => item.state === 'failed' || item.state === 'interrupted').length;
  return stuck > 0 ? `${formatCount(stuck, 'transfer')} not finished` : 'All done';
};

const overall = (items: readonly Transfer[]): number => {
  const running = items.filter(isUnderWay);
  const bytes = running.reduce((sum, item) => sum + item.bytes, 0);
  if (running.length === 0) return 1;
  return bytes > 0
    ? running.reduce((sum, item) => sum + item.bytesDone, 0) / bytes
    : running.reduce((sum, item) => sum + fractionOf(item), 0) / running.length;
};

/** A tray at the corner of every room, as long as there is a transfer to follow. */
export const Transfers = () => {
  const { items, expanded } = useTransfers();
  const inProjects = useRoute((state) => state.route.room === 'projects');
  const underWay = items.some(isUnderWay);
  useEffect(() => {
    // elsewhere it is only worth its space while something moves
    if (!inProjects && !underWay) expandTransfers(false);
  }, [inProjects, underWay]);
  if (items.length === 0) return null;
  return (
    <section className="transfers" aria-label="Transfers" data-expanded={expanded}>
      <header className="transfers-head">
        <h2 className="truncate" aria-live="polite">
          {summaryOf(items)}
        </h2>
        {expanded && !underWay ? (
          <Button look="quiet" onClick={() => void dismissFinished()}>
            Clear
          </Button>
        ) : null}
        <IconButton
          label={expanded ? 'Collapse transfers' : 'Expand transfers'}
          icon={expanded ? ChevronDown : ChevronUp}
          aria-expanded={expanded}
          onClick={() => expandTransfers(!expanded)}
        />
      </header>
      {expanded ? (
        <ul className="transfers-list" tabIndex={0} aria-label="Transfers">
          {items.map((item) => (
            <TransferCard key={item.id} transfer={item} />
          ))}
        </ul>
      ) : underWay ? (
        <div className="transfers-line">
          <ProgressBar label="All transfers" fraction={overall(items)} />
        </div>
      ) : null}
    </section>
  );
};
