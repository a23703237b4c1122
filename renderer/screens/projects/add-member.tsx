import { useState } from 'react';
import type { VaultError } from '../../../app/errors.js';
import type { Person } from '../../../app/model/people.js';
import type { ProjectSummary, Role } from '../../../app/model/project.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { asVaultError } from '../../state/error-advice.js';
import { addMember, closeMembersDialog } from '../../state/members.js';
import { Candidate, ChooseCandidate } from './choose-candidate.js';
import { DialogError } from './dialog-error.js';
import { RolePicker } from './role-picker.js';
import { UnverifiedNote } from './unverified-note.js';

const Chosen = ({ person, onChange }: { person: Person; onChange: () => void }) => (
  <div className="card chosen">
    <Candidate person={person} />
    <Button look="quiet" autoFocus={person.kind === 'node'} onClick={onChange}>
      Change
    </Button>
  </div>
);

/** Gives somebody access: first who, then what they may do. */
export const AddMember = ({ project }: { project: ProjectSummary }) => {
  const [person, setPerson] = useState<Person | null>(null);
  const [role, setRole] = useState<Role>('viewer');
  const [error, setError] = useState<VaultError | null>(null);
  const [busy, setBusy] = useState(false);
  const add = async () => {
    if (!person || busy) return;
    setBusy(true);
    try {
      await addMember(project.id, person, role);
      closeMembersDialog();
    } catch (failure) {
      setError(asVaultError(failure));
      setBusy(false);
    }
  };
  const choose = (next: Person | null) => {
    setPerson(next);
    setError(null);
  };
  return (
    <Dialog
      title="Add to this project"
      onClose={closeMembersDialog}
      onSubmit={() => void add()}
      footer={
        <>
          <Button onClick={closeMembersDialog}>Cancel</Button>
          <Button look="primary" submit disabled={person === null || busy}>
            Add
          </Button>
        </>
      }
    >
      {error ? <DialogError error={error} /> : null}
      {person === null ? (
        <ChooseCandidate onChoose={choose} />
      ) : (
        <>
          <Chosen person={person} onChange={() => choose(null)} />
          {person.kind === 'node' ? (
            <p>A node has no role: it reads files, and notes in the log what it read.</p>
          ) : (
            <RolePicker mine={project.role} value={role} autoFocus onValue={setRole} />
          )}
          <UnverifiedNote person={person} />
        </>
      )}
    </Dialog>
  );
};
