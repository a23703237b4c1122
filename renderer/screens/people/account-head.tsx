import type { ReactNode } from 'react';
import { ArrowLeft } from 'lucide-react';
import type { Person } from '../../../app/model/people.js';
import { Avatar } from '../../components/avatar.js';
import { IconButton } from '../../components/button.js';
import { formatTime } from '../../state/format.js';
import { showFront } from '../../state/route.js';
import { suiteWords, TrustWords } from './trust-words.js';

export const backToList = (): void => {
  showFront('list');
  document.querySelector<HTMLElement>('[data-list]')?.focus();
};

/** The head of a detail pane: the way back in a narrow window, and what can be done. */
export const AccountBar = ({ children }: { children?: ReactNode }) => (
  <div className="pane-head">
    <IconButton className="back" label="Back to the list" icon={ArrowLeft} onClick={backToList} />
    <span className="spacer" />
    {children}
  </div>
);

export const AccountHead = ({ person }: { person: Person }) => (
  <header className="detail-head">
    <Avatar account={person} large />
    <div className="detail-names">
      <h2 className="selectable" title={person.name}>
        {person.name}
      </h2>
      <p className="detail-sub">
        <TrustWords person={person} />
        {person.enrolled ? <span className="quiet small">· came with a code that you gave out</span> : null}
      </p>
    </div>
  </header>
);

export const AccountFacts = ({ person }: { person: Person }) => (
  <dl className="card facts">
    <div>
      <dt>{person.isSelf ? 'Made' : 'Known here since'}</dt>
      <dd>{formatTime(person.isSelf ? person.created : person.firstSeen)}</dd>
    </div>
    <div>
      <dt>Kind of key</dt>
      <dd>{suiteWords[person.suite]}</dd>
    </div>
    <div>
      <dt>Key size</dt>
      <dd>
        {person.bits.toLocaleString('en')} bits
        {person.version > 1 ? `, key number ${person.version}` : ''}
      </dd>
    </div>
  </dl>
);
