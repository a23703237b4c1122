/** Machines with keys of their own: those that are known, and the one-time codes of those that are to come. */
import type { VaultError } from '../../app/errors.js';
import type { KeySize, Suite } from '../../app/model/account.js';
import type { Enrolment, Person } from '../../app/model/people.js';
import { useAccount } from './account.js';
import { asVaultError } from './error-advice.js';
import { attempt } from './attempt.js';
import { client } from './client.js';
import { lockable, whileUnlocked } from './lockable.js';
import { goToAccount } from './route.js';
import { toast } from './toasts.js';

type NodesState = {
  items: readonly Person[];
  enrolments: readonly Enrolment[];
  loaded: boolean;
  error: VaultError | null;
  search: string;
};

export const useNodes = lockable<NodesState>(() => ({
  items: [],
  enrolments: [],
  loaded: false,
  error: null,
  search: '',
}));

export const loadNodes = async (): Promise<void> => {
  try {
    const { items, enrolments } = await whileUnlocked(client.nodes.list({}));
    useNodes.setState({ items, enrolments, loaded: true, error: null });
  } catch (failure) {
    const error = asVaultError(failure);
    if (error.code !== 'locked') useNodes.setState({ error, loaded: true });
  }
};

export const searchNodes = (search: string): void => useNodes.setState({ search });

type NewNode = Readonly<{ name: string; suite: Suite; bits: KeySize; secret: Uint8Array<ArrayBuffer> }>;

/** Publishes the card of a node and shows it; wipes the node secret whatever happens. Throws what main throws. */
export const registerNode = async (request: NewNode): Promise<void> => {
  useAccount.setState({ progress: null });
  try {
    const node = await whileUnlocked(client.nodes.register(request));
    await loadNodes();
    goToAccount('node', node.id);
    toast({ kind: 'done', text: `${node.name} is registered` });
  } finally {
    request.secret.fill(0);
    useAccount.setState({ progress: null });
  }
};

/** A one-time code for a node that makes its own key. Throws what main throws. */
export const inviteNode = async (name: string): Promise<Enrolment> => {
  const enrolment = await whileUnlocked(client.nodes.invite({ name }));
  await loadNodes();
  return enrolment;
};

export const withdrawEnrolment = ({ code, name }: Enrolment): Promise<boolean> =>
  attempt(async () => {
    await client.nodes.withdraw({ code });
    await loadNodes();
    toast({ kind: 'done', text: `The code for ${name} no longer works` });
  });

/** A word of a shell command line, quoted where it needs to be. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** What is typed on the node; `--code` without a value asks for the code, since what stands in a command line is not private. */
export const enrolCommand = (name: string): string => `vault node enrol --store STORE --name ${shellWord(name)} --code`;
