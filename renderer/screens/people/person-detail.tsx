import { useState } from 'react';
import { Share2, Users } from 'lucide-react';
import type { Person } from '../../../app/model/people.js';
import { Button } from '../../components/button.js';
import { EmptyState } from '../../components/empty-state.js';
import { AccountBar, AccountFacts, AccountHead } from './account-head.js';
import { AccountNotes } from './account-notes.js';
import { Compare } from './compare.js';
import { PickSecrets } from './pick-secrets.js';
import { ReachSection } from './reach-section.js';

const Actions = ({ person }: { person: Person }) => {
  const [sharing, setSharing] = useState(false);
  if (person.isSelf) return null;
  return (
    <>
      <Button
        icon={Share2}
        disabled={person.alarm !== ''}
        title={person.alarm === '' ? undefined : 'Nothing is shared as long as the alarm stands.'}
        data-first
        onClick={() => setSharing(true)}
      >
        Share secrets…
      </Button>
      {sharing ? <PickSecrets account={person} onClose={() => setSharing(false)} /> : null}
    </>
  );
};

export const PersonDetail = ({ person }: { person: Person | null }) => {
  if (!person)
    return (
      <>
        <AccountBar />
        <EmptyState icon={Users} title="Nobody selected" />
      </>
    );
  return (
    <>
      <AccountBar>
        <Actions key={person.id} person={person} />
      </AccountBar>
      <div className="detail-scroll" key={person.id} tabIndex={-1}>
        <div className="detail-content">
          <AccountHead person={person} />
          <AccountNotes person={person} />
          <Compare person={person} />
          <AccountFacts person={person} />
          {person.isSelf ? null : <ReachSection person={person} />}
        </div>
      </div>
    </>
  );
};
