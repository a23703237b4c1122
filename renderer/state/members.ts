/** Who has access to the project that is open, and what is about to be done about it. */
import type { VaultError } from '../../app/errors.js';
import type { Member, Person, Reach } from '../../app/model/people.js';
import type { Role } from '../../app/model/project.js';
import { asVaultError } from './error-advice.js';
import { client } from './client.js';
import { lockable, whileUnlocked } from './lockable.js';
import { accessNames } from './project-rights.js';
import { loadProjects } from './projects.js';
import { goToMembers } from './route.js';
import { noSelection, selectOne, type Selection } from './selection.js';
import { toast } from './toasts.js';

export type MembersDialog =
  | { kind: 'add' }
  | { kind: 'rotate' }
  | { kind: 'role'; member: Member }
  | { kind: 'remove'; member: Member }
  | { kind: 'left'; member: Member; reach: Reach };

type MembersState = {
  projectId: string | null;
  items: readonly Member[];
  loaded: boolean;
  error: VaultError | null;
  search: string;
  selection: Selection;
  dialog: MembersDialog | null;
};

export const useMembers = lockable<MembersState>(() => ({
  projectId: null,
  items: [],
  loaded: false,
  error: null,
  search: '',
  selection: noSelection,
  dialog: null,
}));

/** Shows another project's members; those of the one before go first. */
const turnTo = (projectId: string): void => {
  if (useMembers.getState().projectId !== projectId)
    useMembers.setState({ ...useMembers.getInitialState(), projectId }, true);
};

export const loadMembers = async (projectId: string): Promise<void> => {
  turnTo(projectId);
  try {
    const { items } = await whileUnlocked(client.projects.members({ projectId }));
    if (useMembers.getState().projectId === projectId) useMembers.setState({ items, loaded: true, error: null });
  } catch (failure) {
    const error = asVaultError(failure);
    if (error.code !== 'locked' && useMembers.getState().projectId === projectId)
      useMembers.setState({ error, loaded: true });
  }
};

export const searchMembers = (search: string): void => useMembers.setState({ search });
export const selectMembers = (selection: Selection): void => useMembers.setState({ selection });
export const openMembersDialog = (dialog: MembersDialog): void => useMembers.setState({ dialog });
export const closeMembersDialog = (): void => useMembers.setState({ dialog: null });

/** Goes to a project's members and begins something there; for the palette, which is used from anywhere. */
export const beginInMembers = (projectId: string, dialog: MembersDialog): void => {
  goToMembers(projectId);
  turnTo(projectId);
  openMembersDialog(dialog);
};

/** Goes to a project's members with one of them chosen. */
export const showMember = (projectId: string, id: string): void => {
  goToMembers(projectId);
  turnTo(projectId);
  selectMembers(selectOne(id));
};

const reload = async (projectId: string): Promise<void> => {
  await Promise.all([loadMembers(projectId), loadProjects()]);
};

/** Gives a person a role, or lets a node read. Throws what main throws, for the dialog to show. */
export const addMember = async (
  projectId: string,
  { id, name, kind }: Pick<Person, 'id' | 'name' | 'kind'>,
  role: Role,
): Promise<void> => {
  if (kind === 'node') await whileUnlocked(client.projects.authorizeNode({ projectId, accountId: id }));
  else await whileUnlocked(client.projects.addMember({ projectId, accountId: id, role }));
  await reload(projectId);
  selectMembers(selectOne(id));
  const what = kind === 'node' ? 'can read this project now' : `added as ${accessNames[role].toLowerCase()}`;
  toast({ kind: 'done', text: `${name} ${what}` });
};

export const setRole = async (projectId: string, { id, name }: Member, role: Role): Promise<void> => {
  await whileUnlocked(client.projects.setRole({ projectId, accountId: id, role }));
  await reload(projectId);
  toast({ kind: 'done', text: `${name} is ${accessNames[role].toLowerCase()} now` });
};

/** Whether nothing that they may read no longer is worth changing. */
const isEmpty = ({ projects, secrets }: Reach): boolean =>
  !secrets.some(({ former }) => former) &&
  !projects.some(({ former, credentialFiles }) => former && credentialFiles.length > 0);

/** Takes access away and begins a new key; then shows what the leaver could read that has to be changed elsewhere. */
export const removeMember = async (projectId: string, member: Member): Promise<void> => {
  const request = { projectId, accountId: member.id };
  const reach = await whileUnlocked(
    member.kind === 'node' ? client.projects.revokeNode(request) : client.projects.removeMember(request),
  );
  await reload(projectId);
  toast({ kind: 'done', text: `${member.name} removed. The project has a new key.` });
  if (isEmpty(reach)) closeMembersDialog();
  else openMembersDialog({ kind: 'left', member, reach });
};

export const rotateKey = async (projectId: string): Promise<void> => {
  await whileUnlocked(client.projects.rotate({ projectId }));
  await reload(projectId);
  toast({ kind: 'done', text: 'The project has a new key' });
};
