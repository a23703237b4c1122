import { useEffect, useState, type ReactNode } from 'react';
import type { VaultError } from '../../../app/errors.js';
import type { Member } from '../../../app/model/people.js';
import type { ProjectSummary, Role } from '../../../app/model/project.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { asVaultError } from '../../state/error-advice.js';
import { closeMembersDialog, removeMember, rotateKey, setRole, type MembersDialog } from '../../state/members.js';
import { focusList } from '../shell/panes.js';
import { AddMember } from './add-member.js';
import { DialogError } from './dialog-error.js';
import { LeftSheet } from './left-sheet.js';
import { RolePicker } from './role-picker.js';

/** A dialog around one thing to do: what main refuses is shown in it. It closes when it worked, unless it leads on. */
const Ask = ({
  title,
  yes,
  danger = false,
  leadsOn = false,
  onYes,
  children,
}: {
  title: string;
  yes: string;
  danger?: boolean;
  leadsOn?: boolean;
  onYes: () => Promise<void>;
  children: ReactNode;
}) => {
  const [error, setError] = useState<VaultError | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async () => {
    if (busy) return;
    setBusy(true);
    try {
      await onYes();
      if (!leadsOn) closeMembersDialog();
    } catch (failure) {
      setError(asVaultError(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      onClose={closeMembersDialog}
      onSubmit={() => void run()}
      footer={
        <>
          <Button data-first={danger} onClick={closeMembersDialog}>
            Cancel
          </Button>
          <Button look={danger ? 'danger' : 'primary'} submit disabled={busy}>
            {busy ? 'Working…' : yes}
          </Button>
        </>
      }
    >
      {error ? <DialogError error={error} /> : null}
      {children}
    </Dialog>
  );
};

const ChangeRole = ({ project, member }: { project: ProjectSummary; member: Member }) => {
  const [role, setNext] = useState<Role>(member.access === 'node' ? 'viewer' : member.access);
  return (
    <Ask
      title={`Role of ${member.name}`}
      yes="Change role"
      onYes={async () => {
        if (role !== member.access) await setRole(project.id, member, role);
      }}
    >
      <RolePicker mine={project.role} value={role} onValue={setNext} />
      {member.isSelf && role !== member.access ? (
        <p role="status">You give up your own role. Only an owner can give it back to you.</p>
      ) : null}
    </Ask>
  );
};

/** What happens to the files, the same for every new key. */
const newKeyFacts = 'Files that are there now are re-encrypted with it in the background; work goes on meanwhile.';

const Remove = ({ project, member }: { project: ProjectSummary; member: Member }) => {
  const node = member.kind === 'node';
  return (
    <Ask
      title={node ? `Revoke ${member.name}?` : `Remove ${member.name}?`}
      yes={node ? 'Revoke and change key' : 'Remove and change key'}
      danger
      leadsOn
      onYes={() => removeMember(project.id, member)}
    >
      <ul className="facts-list">
        <li>
          The project gets a new key. Everybody else receives it without doing anything; {member.name} cannot read what
          is written from now on.
        </li>
        <li>{newKeyFacts}</li>
        <li>
          What {member.name} has read until now stays with {node ? 'it' : 'them'}. Afterwards you see which credentials
          to change at their source.
        </li>
      </ul>
    </Ask>
  );
};

const Rotate = ({ project }: { project: ProjectSummary }) => (
  <Ask title="Give the project a new key?" yes="New key" onYes={() => rotateKey(project.id)}>
    <p>
      Do this when the present key may have leaked. Everybody with access receives the new key without doing anything.
      {` ${newKeyFacts}`}
    </p>
  </Ask>
);

/** What had the focus may be gone with the member: then it goes to the list. */
const useFocusAfter = (): void => {
  useEffect(
    () => () => {
      setTimeout(() => {
        if (document.activeElement === document.body) focusList();
      });
    },
    [],
  );
};

/** The dialogs about who has access, whichever is open. */
export const MemberDialogs = ({ project, dialog }: { project: ProjectSummary; dialog: MembersDialog }) => {
  useFocusAfter();
  switch (dialog.kind) {
    case 'add':
      return <AddMember project={project} />;
    case 'rotate':
      return <Rotate project={project} />;
    case 'role':
      return <ChangeRole project={project} member={dialog.member} />;
    case 'remove':
      return <Remove project={project} member={dialog.member} />;
    case 'left':
      return <LeftSheet member={dialog.member} reach={dialog.reach} />;
  }
};
