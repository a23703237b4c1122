import { Info, ShieldAlert, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Person } from '../../../app/model/people.js';

/** A card that says one thing; `danger` is told to screen readers at once. */
export const Note = ({
  look,
  icon: Icon,
  title,
  children,
}: {
  look: 'plain' | 'warn' | 'danger';
  icon: LucideIcon;
  title: string;
  children: ReactNode;
}) => (
  <div className="account-note" data-look={look} role={look === 'danger' ? 'alert' : 'note'}>
    <Icon size={look === 'danger' ? 20 : 16} aria-hidden />
    <div>
      <p className="account-note-title">{title}</p>
      {children}
    </div>
  </div>
);

/** The alarm itself says what happened, what it means and what to do. */
const Alarm = ({ person }: { person: Person }) => (
  <Note look="danger" icon={ShieldAlert} title={`Sharing with ${person.name} has stopped`}>
    <p>{person.alarm}</p>
    <p>
      What you shared before stays encrypted for the key below, and for no other. Share nothing anew until this is
      settled.
    </p>
  </Note>
);

/** What somebody should know about an account before anything else. */
export const AccountNotes = ({ person }: { person: Person }) => (
  <>
    {person.alarm === '' ? null : <Alarm person={person} />}
    {person.sameName ? (
      <Note look="warn" icon={TriangleAlert} title="Another account has the same name">
        <p>Only the fingerprint tells them apart. Compare it before you share anything.</p>
      </Note>
    ) : null}
    {person.alarm === '' && person.keyChanged ? (
      <Note look="plain" icon={Info} title="This key is newer than the one you verified">
        <p>
          The verified key has signed it, as it does when a passphrase changes. Sharing goes on; compare the new
          fingerprint when you next talk.
        </p>
      </Note>
    ) : null}
  </>
);
