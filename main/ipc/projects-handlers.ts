import type { Handlers } from '../../app/contract/index.js';
import type { Dialogs } from './ports.js';
import { fileNameOf, writePrivately } from './private-file.js';
import type { VaultHost } from './vault-host.js';

export const projectsHandlers = (
  host: VaultHost,
  { dialogs }: Readonly<{ dialogs: Dialogs }>,
): Handlers['projects'] => {
  const projects = () => host.vault().projects;
  return {
    list: () => ({ items: projects().list(), former: projects().former() }),
    create: ({ name, suite }) => projects().create(name, suite),
    rename: ({ id, name }) => projects().rename(id, name),
    members: async ({ projectId }) => ({ items: await projects().members(projectId) }),
    addMember: ({ projectId, accountId, role }) => projects().addMember(projectId, accountId, role),
    setRole: ({ projectId, accountId, role }) => projects().setRole(projectId, accountId, role),
    removeMember: ({ projectId, accountId }) => ended(host, projects().removeMember(projectId, accountId)),
    authorizeNode: ({ projectId, accountId }) => projects().authorizeNode(projectId, accountId),
    revokeNode: ({ projectId, accountId }) => ended(host, projects().revokeNode(projectId, accountId)),
    rotate: ({ projectId }) => ended(host, projects().rotate(projectId)),
    log: async ({ projectId, before, limit }) => ({
      items: await projects().log(projectId, before === undefined ? { limit } : { before, limit }),
    }),
    verifyLog: ({ projectId }) => projects().verifyLog(projectId),
    saveProof: async ({ projectId }) => {
      const proof = await projects().proof(projectId);
      const name = `${fileNameOf(projects().resolve(projectId).name)} membership proof.json`;
      const target = await dialogs.saveFile('Save the proof', name, { name: 'JSON', extensions: ['json'] });
      if (target === null) return { saved: false };
      await writePrivately(target, proof);
      return { saved: true };
    },
  };
};

/** After a new key the files under older ones are re-encrypted at once, in the background. */
const ended = async <T>(host: VaultHost, change: Promise<T>): Promise<T> => {
  const result = await change;
  void host.look();
  return result;
};
