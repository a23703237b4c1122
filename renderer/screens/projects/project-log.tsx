import { useEffect, useMemo, type UIEvent } from 'react';
import { CircleCheck, FileCheck, ShieldCheck } from 'lucide-react';
import { sentenceOf } from '../../../app/model/activity-words.js';
import type { ActivityLine } from '../../../app/model/people.js';
import { Button } from '../../components/button.js';
import { ErrorNote } from '../../components/error-note.js';
import { VirtualList } from '../../components/virtual-list.js';
import { formatCount, formatTime } from '../../state/format.js';
import {
  checkLog,
  lineKey,
  loadLog,
  loadOlder,
  saveProof,
  selectLine,
  useProjectLog,
} from '../../state/project-log.js';
import { showFront, useRoute } from '../../state/route.js';
import { noSelection, selectOne, within } from '../../state/selection.js';
import { LineDetail } from '../activity/line-detail.js';
import { LineRow } from '../activity/line-row.js';
import { openDetail } from '../shell/panes.js';
import '../activity/activity.css';

const rowHeight = 56;
/** how near the end the next page is fetched, in pixels: a screen's worth */
const near = 1000;

/** What came of reading the whole log again. */
const Check = () => {
  const { check, checkError, checking } = useProjectLog();
  if (checkError)
    return (
      <div className="pane-note">
        <ErrorNote error={checkError} />
      </div>
    );
  return (
    <p className="log-check small" role="status" data-done={check !== null}>
      {check ? <CircleCheck size={14} aria-hidden /> : null}
      {check ? (
        <span>
          {formatCount(check.entries, 'entry', 'entries')} verified, from the first to the last. Head{' '}
          <span className="mono selectable" title={check.head}>
            {check.head.slice(0, 12)}
          </span>
        </span>
      ) : checking ? (
        'Reading the whole log…'
      ) : (
        'Every entry is signed and bound to the one before it.'
      )}
    </p>
  );
};

const List = ({ items, activeKey }: { items: readonly ActivityLine[]; activeKey: string | null }) => {
  const onScroll = ({ target }: UIEvent) => {
    if (target instanceof HTMLElement && target.scrollHeight - target.scrollTop - target.clientHeight < near)
      void loadOlder();
  };
  return (
    <div className="log-rows" onScrollCapture={onScroll}>
      <VirtualList
        label="Log"
        items={items}
        rowHeight={rowHeight}
        keyOf={lineKey}
        nameOf={sentenceOf}
        selection={activeKey === null ? noSelection : selectOne(activeKey)}
        onSelect={({ active }) => selectLine(active === null ? noSelection : selectOne(active))}
        onOpen={openDetail}
        rowProps={() => ({ onClickCapture: () => showFront('detail') })}
      >
        {(line) => <LineRow line={line} more={formatTime(line.time)} end={`#${line.sequence}`} />}
      </VirtualList>
    </div>
  );
};

/** The signed log of a project, newest first, and what proves it. */
export const ProjectLog = ({ projectId }: { projectId: string }) => {
  const { items, error, selection, checking } = useProjectLog();
  const front = useRoute((state) => state.front);
  useEffect(() => {
    void loadLog(projectId);
  }, [projectId]);
  const kept = useMemo(() => within(selection, items.map(lineKey)), [selection, items]);
  const active = items.find((line) => lineKey(line) === kept.active) ?? null;
  return (
    <div className="browser log" data-front={front}>
      <section className="list-pane activity-pane" aria-label="Log of the project" data-pane>
        <div className="log-tools">
          <Button icon={ShieldCheck} disabled={checking} onClick={() => void checkLog(projectId)}>
            Verify whole log
          </Button>
          <Button icon={FileCheck} onClick={() => void saveProof(projectId)}>
            Export proof file…
          </Button>
        </div>
        <Check />
        {error ? (
          <div className="pane-note">
            <ErrorNote error={error} onRetry={() => void loadLog(projectId)} />
          </div>
        ) : null}
        {items.length > 0 ? <List items={items} activeKey={kept.active} /> : null}
      </section>
      <section className="detail-pane" aria-label="Entry" data-pane>
        <LineDetail line={active} />
      </section>
    </div>
  );
};
