/** What one account could read if it leaked now, and the steps that change that. */
import type { VaultError } from '../../app/errors.js';
import type { Reach } from '../../app/model/people.js';
import { asVaultError } from './error-advice.js';
import { attempt } from './attempt.js';
import { client } from './client.js';
import { formatCount } from './format.js';
import { lockable, whileUnlocked } from './lockable.js';
import { toast } from './toasts.js';

type ReachState = { id: string | null; reach: Reach | null; error: VaultError | null };

export const useReach = lockable<ReachState>(() => ({ id: null, reach: null, error: null }));

let wanted: string | null = null;

/** Asks for an account's reach; of the same account the old answer stays until the new one is here, so nothing jumps. */
export const loadReach = async (id: string): Promise<void> => {
  wanted = id;
  if (useReach.getState().id !== id) useReach.setState({ id, reach: null, error: null });
  try {
    const reach = await whileUnlocked(client.people.reach({ id }));
    if (wanted === id) useReach.setState({ id, reach, error: null });
  } catch (failure) {
    const error = asVaultError(failure);
    if (wanted === id && error.code !== 'locked') useReach.setState({ id, reach: null, error });
  }
};

/** Asks again for the account on screen, if there is one: what it reaches may have changed. */
export const reloadReach = (): void => {
  const { id } = useReach.getState();
  if (id !== null) void loadReach(id);
};

export const closeReach = (): void => {
  wanted = null;
  useReach.setState(useReach.getInitialState(), true);
};

/** Projects and secrets that are open to the account now, and those that it may have kept. */
export const splitReach = ({ projects, secrets }: Reach) => ({
  now: { projects: projects.filter((one) => !one.former), secrets: secrets.filter((one) => !one.former) },
  former: { projects: projects.filter((one) => one.former), secrets: secrets.filter((one) => one.former) },
});

type Account = Readonly<{ id: string; name: string }>;

export const authorizeForProjects = (node: Account, projectIds: readonly string[]): Promise<boolean> =>
  attempt(async () => {
    for (const projectId of projectIds) await client.projects.authorizeNode({ projectId, accountId: node.id });
    await loadReach(node.id);
    toast({ kind: 'done', text: `${node.name} can read ${formatCount(projectIds.length, 'more project')}` });
  });

/** Seals several secrets to one account. */
export const shareSecretsWith = (account: Account, secretIds: readonly string[]): Promise<boolean> =>
  attempt(async () => {
    for (const id of secretIds) await client.secrets.share({ id, accountIds: [account.id] });
    await loadReach(account.id);
    toast({ kind: 'done', text: `${formatCount(secretIds.length, 'secret')} shared with ${account.name}` });
  });

export const unshareSecretFrom = (account: Account, secretId: string): Promise<boolean> =>
  attempt(async () => {
    await client.secrets.unshare({ id: secretId, accountIds: [account.id] });
    await loadReach(account.id);
  });

/** Ends a node's access to a project; gives what it could read until then, null when it failed. */
export const revokeFromProject = async (node: Account, projectId: string): Promise<Reach | null> => {
  let left: Reach | null = null;
  await attempt(async () => {
    left = await whileUnlocked(client.projects.revokeNode({ projectId, accountId: node.id }));
    await loadReach(node.id);
  });
  return left;
};
