import { useState } from 'react';
import { ShieldCheck, ShieldOff } from 'lucide-react';
import type { Person } from '../../../app/model/people.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { Fingerprint, FingerprintWords } from '../../components/fingerprint.js';
import { takeBackVerification, verifyAccount } from '../../state/people.js';

const howTo = (person: Person): string => {
  if (person.isSelf)
    return 'Read these seven words aloud to a teammate who calls you, or show them the picture. Never send them through the store of this vault.';
  if (person.kind === 'node')
    return 'Run “vault key show” on the node, in a session that you trust, and compare the seven words or the picture. Never compare through the store of this vault.';
  return `Call ${person.name} or meet, and have them read their seven words aloud, or hold the pictures side by side. Never compare through the store of this vault.`;
};

const VerifyDialog = ({ person, onClose }: { person: Person; onClose: () => void }) => (
  <Dialog
    title={`Were all seven words the same?`}
    onClose={onClose}
    onSubmit={() => {
      onClose();
      void verifyAccount(person);
    }}
    footer={
      <>
        <Button data-first onClick={onClose}>
          Cancel
        </Button>
        <Button look="primary" submit>
          Mark as verified
        </Button>
      </>
    }
  >
    <FingerprintWords words={person.fingerprintWords} />
    <p>
      Mark {person.name} as verified only when {person.kind === 'node' ? 'the node itself showed you' : 'they told you'}{' '}
      these words, in this order. If one differs, this is not their key.
    </p>
  </Dialog>
);

const Mark = ({ person }: { person: Person }) => {
  const [asking, setAsking] = useState(false);
  if (person.isSelf || person.alarm !== '') return null;
  const mark = (
    <Button icon={ShieldCheck} look={person.verified ? 'plain' : 'primary'} onClick={() => setAsking(true)}>
      Mark as verified…
    </Button>
  );
  return (
    <div className="compare-actions">
      {person.verified && !person.keyChanged ? null : mark}
      {person.verified ? (
        <Button icon={ShieldOff} onClick={() => void takeBackVerification(person)}>
          Take back
        </Button>
      ) : null}
      {asking ? <VerifyDialog person={person} onClose={() => setAsking(false)} /> : null}
    </div>
  );
};

/** The fingerprint of an account, how to compare it, and the mark that it was compared. */
export const Compare = ({ person }: { person: Person }) => (
  <section className="detail-section" aria-label="Fingerprint">
    <Fingerprint account={person} />
    <div className="compare">
      <p className="compare-text">
        <strong>{person.isSelf ? 'For others to compare. ' : 'How to compare. '}</strong>
        {howTo(person)}
      </p>
      <Mark person={person} />
    </div>
  </section>
);
