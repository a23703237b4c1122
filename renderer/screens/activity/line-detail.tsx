import type { ReactNode } from 'react';
import { ArrowLeft, ScrollText, ShieldX } from 'lucide-react';
import { sentenceOf } from '../../../app/model/activity-words.js';
import type { ActivityLine } from '../../../app/model/people.js';
import { IconButton } from '../../components/button.js';
import { EmptyState } from '../../components/empty-state.js';
import { formatCount, formatTime } from '../../state/format.js';
import { backToList } from '../shell/panes.js';
import { LineIcon } from './line-icon.js';

const VoidNote = ({ line }: { line: ActivityLine }) => (
  <div className="account-note" data-look="danger" role="note">
    <ShieldX size={20} aria-hidden />
    <div>
      <p className="account-note-title">This had no effect</p>
      <p>
        {line.actorName} signed it, but their role did not allow it, so no reader accepts it. Ask {line.actorName} in
        another way whether it was them. If it was not, others may hold their key: remove them from the project.
      </p>
    </div>
  </div>
);

const Reading = ({ receipt }: { receipt: NonNullable<ActivityLine['receipt']> }) => (
  <>
    <div>
      <dt>Command</dt>
      <dd className="mono break selectable">{receipt.command || 'none'}</dd>
    </div>
    <div>
      <dt>Files read</dt>
      <dd>{formatCount(receipt.files, 'file')}</dd>
    </div>
    <div>
      <dt>Secrets read</dt>
      <dd>
        {receipt.secrets.length === 0 ? (
          'None'
        ) : (
          <ul>
            {receipt.secrets.map((name, index) => (
              <li key={index} className="break">
                {name}
              </li>
            ))}
          </ul>
        )}
      </dd>
    </div>
  </>
);

/** One entry of a log with all that it says. */
export const LineDetail = ({ line, actions }: { line: ActivityLine | null; actions?: ReactNode }) => {
  const back = <IconButton className="back" label="Back to the list" icon={ArrowLeft} onClick={backToList} />;
  if (!line)
    return (
      <>
        <div className="pane-head">{back}</div>
        <EmptyState icon={ScrollText} title="Nothing selected" />
      </>
    );
  return (
    <>
      <div className="pane-head">
        {back}
        <span className="spacer" />
        {actions}
      </div>
      <div
        className="detail-scroll"
        key={`${line.projectId}/${line.sequence}`}
        role="region"
        aria-label="What the entry says"
        tabIndex={0}
        data-first
        onKeyDown={(event) => {
          if (event.key === 'Escape' && !event.defaultPrevented) backToList();
        }}
      >
        <div className="detail-content">
          <header className="detail-head line-head">
            <LineIcon line={line} />
            <h2 className="selectable">{sentenceOf(line)}</h2>
          </header>
          {line.void ? <VoidNote line={line} /> : null}
          <dl className="card facts">
            <div>
              <dt>When</dt>
              <dd>{formatTime(line.time)}</dd>
            </div>
            <div>
              <dt>Signed by</dt>
              <dd className="break">{line.actorName}</dd>
            </div>
            <div>
              <dt>Project</dt>
              <dd className="break">{line.projectName}</dd>
            </div>
            <div>
              <dt>Entry</dt>
              <dd>
                Number {line.sequence.toLocaleString('en')}
                {line.epoch === null ? '' : `, key number ${line.epoch.toLocaleString('en')}`}
              </dd>
            </div>
            {line.receipt ? <Reading receipt={line.receipt} /> : null}
          </dl>
        </div>
      </div>
    </>
  );
};
