import { useEffect, useMemo } from 'react';
import { RefreshCw, ScrollText, Search } from 'lucide-react';
import { Button } from '../../components/button.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorNote } from '../../components/error-note.js';
import { SelectField } from '../../components/field.js';
import { SearchField } from '../../components/search-field.js';
import {
  byDay,
  filterActivity,
  filtered,
  loadActivity,
  noFilter,
  occurring,
  refreshActivity,
  selectActivity,
  useActivity,
} from '../../state/activity.js';
import { lineKey, pointToLine } from '../../state/project-log.js';
import { goToProjectLog, showFront, useRoute } from '../../state/route.js';
import { within } from '../../state/selection.js';
import { openDetail } from '../shell/panes.js';
import { AlarmCards } from './alarm-cards.js';
import { DayList } from './day-list.js';
import { LineDetail } from './line-detail.js';
import './activity.css';

const Filters = () => {
  const { items, filter } = useActivity();
  const { projects, accounts } = useMemo(() => occurring(items), [items]);
  return (
    <div className="activity-filters">
      <SearchField label="Search activity" value={filter.text} onText={(text) => filterActivity({ text })} />
      <SelectField
        label="Project"
        hideLabel
        value={filter.projectId ?? ''}
        options={[['', 'All projects'], ...projects]}
        onValue={(id) => filterActivity({ projectId: id === '' ? null : id })}
      />
      <SelectField
        label="Person or node"
        hideLabel
        value={filter.accountId ?? ''}
        options={[['', 'Everybody'], ...accounts]}
        onValue={(id) => filterActivity({ accountId: id === '' ? null : id })}
      />
    </div>
  );
};

const Nothing = ({ any }: { any: boolean }) =>
  any ? (
    <EmptyState
      icon={Search}
      title="Nothing found"
      action={<Button onClick={() => filterActivity(noFilter)}>Clear filters</Button>}
    >
      No recent entry is like that. Older ones are in the log of each project.
    </EmptyState>
  ) : (
    <EmptyState icon={ScrollText} title="Nothing has happened yet">
      Who got access, who lost it and what nodes read is signed and told here, for every project.
    </EmptyState>
  );

const useShown = () => {
  const { items, filter, selection, ...rest } = useActivity();
  const lines = useMemo(() => filtered(items, filter), [items, filter]);
  const days = useMemo(() => byDay(lines), [lines]);
  const kept = useMemo(() => within(selection, lines.map(lineKey)), [selection, lines]);
  const active = lines.find((line) => lineKey(line) === kept.active) ?? null;
  return { ...rest, any: items.length > 0, days, kept, active };
};

/** What happened lately in all projects, in plain words; what is wrong stands above it. */
export const Activity = () => {
  const { days, kept, active, any, loaded, error, refreshing } = useShown();
  const front = useRoute((state) => state.front);
  useEffect(() => {
    void loadActivity();
  }, []);
  return (
    <div className="activity">
      <header className="activity-head" data-pane>
        <h1>Activity</h1>
        <Button icon={RefreshCw} disabled={refreshing} onClick={() => void refreshActivity()}>
          {refreshing ? 'Looking…' : 'Refresh'}
        </Button>
      </header>
      <AlarmCards />
      <div className="browser" data-front={front}>
        <section className="list-pane activity-pane" aria-label="Recent activity" data-pane>
          {any ? <Filters /> : null}
          {error ? (
            <div className="pane-note">
              <ErrorNote error={error} onRetry={() => void loadActivity()} />
            </div>
          ) : null}
          {days.length > 0 ? (
            <DayList
              days={days}
              selection={kept}
              onSelect={selectActivity}
              onOpen={openDetail}
              onShow={() => showFront('detail')}
            />
          ) : loaded && !error ? (
            <Nothing any={any} />
          ) : null}
        </section>
        {any ? (
          <section className="detail-pane" aria-label="Entry" data-pane>
            <LineDetail
              line={active}
              actions={
                active ? (
                  <Button
                    onClick={() => {
                      goToProjectLog(active.projectId);
                      void pointToLine(active);
                    }}
                  >
                    Show in the project’s log
                  </Button>
                ) : null
              }
            />
          </section>
        ) : null}
      </div>
    </div>
  );
};
