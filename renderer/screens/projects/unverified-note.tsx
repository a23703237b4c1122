import { Info } from 'lucide-react';
import type { Person } from '../../../app/model/people.js';
import { FingerprintWords } from '../../components/fingerprint.js';
import { closeMembersDialog } from '../../state/members.js';
import { goToAccount } from '../../state/route.js';

/** A calm word about a fingerprint that nobody compared yet. */
export const UnverifiedNote = ({ person }: { person: Person }) => {
  if (person.verified && !person.keyChanged) return null;
  const node = person.kind === 'node';
  if (node && person.enrolled) return null;
  return (
    <div className="account-note" data-look="plain" role="note">
      <Info size={16} aria-hidden />
      <div>
        <p className="account-note-title">
          {person.keyChanged
            ? 'You have not compared the fingerprint of its new key yet'
            : 'You have not compared this fingerprint yet'}
        </p>
        <p>
          {node ? `Whoever set up ${person.name}` : person.name} should see the same seven words. Compare them in person
          or by phone, now or later.
        </p>
        <FingerprintWords words={person.fingerprintWords} />
        <button
          type="button"
          className="link"
          onClick={() => {
            closeMembersDialog();
            goToAccount(person.kind, person.id);
          }}
        >
          Compare in {node ? 'Nodes' : 'People'}
        </button>
      </div>
    </div>
  );
};
