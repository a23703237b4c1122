import { useState } from 'react';
import type { Person, Reach } from '../../../app/model/people.js';
import { Button } from '../../components/button.js';
import { Confirm } from '../../components/confirm.js';
import { Dialog } from '../../components/dialog.js';
import { formatBytes, formatCount } from '../../state/format.js';
import { mayManage } from '../../state/project-rights.js';
import { useProjects } from '../../state/projects.js';
import { revokeFromProject, unshareSecretFrom } from '../../state/reach.js';
import { useSecrets } from '../../state/secrets.js';
import { ProjectRow, SecretRow, type ReachedProject, type ReachedSecret } from '../people/reach-section.js';

/** What a node could read until now: to be changed where it came from. */
export const Left = ({ node, reach, onClose }: { node: Person; reach: Reach; onClose: () => void }) => {
  const files = reach.projects.reduce((sum, project) => sum + project.files, 0);
  const bytes = reach.projects.reduce((sum, project) => sum + project.bytes, 0);
  return (
    <Dialog
      title="Access revoked: change these at their source"
      onClose={onClose}
      onSubmit={onClose}
      footer={
        <Button look="primary" submit data-first>
          Done
        </Button>
      }
    >
      <p>
        What is written from now on is out of reach for {node.name}. Until now it could read{' '}
        {formatCount(files, 'file')}, {formatBytes(bytes)}, and may have copies. Change every credential among them
        where it came from.
      </p>
      <ul className="card reach-rows" aria-label="To change at their source">
        {reach.projects.map((project) => (
          <ProjectRow key={project.id} project={project} />
        ))}
        {reach.secrets.map((secret) => (
          <SecretRow key={secret.id} secret={secret} />
        ))}
      </ul>
    </Dialog>
  );
};

/** @param onLeft gets what the node could read until now; the row that asked is gone by then */
export const RevokeProject = ({
  node,
  project,
  onLeft,
}: {
  node: Person;
  project: ReachedProject;
  onLeft: (reach: Reach | null) => void;
}) => {
  const allowed = useProjects((state) => state.items.some((one) => one.id === project.id && mayManage(one.role)));
  const [asking, setAsking] = useState(false);
  if (!allowed) return null;
  return (
    <>
      <Button aria-label={`Revoke ${project.name}`} onClick={() => setAsking(true)}>
        Revoke…
      </Button>
      {asking ? (
        <Confirm
          title={`Revoke ${node.name}?`}
          yes="Revoke"
          onYes={() => void revokeFromProject(node, project.id).then(onLeft)}
          onClose={() => setAsking(false)}
        >
          “{project.name}” gets a new key that {node.name} does not have, and its files are encrypted again with it.
          What the node has read until now, it may have kept.
        </Confirm>
      ) : null}
    </>
  );
};

export const RevokeSecret = ({ node, secret }: { node: Person; secret: ReachedSecret }) => {
  const mine = useSecrets((state) => state.items.some((one) => one.id === secret.id && one.mine));
  const [asking, setAsking] = useState(false);
  if (!mine) return null;
  return (
    <>
      <Button aria-label={`Revoke ${secret.name}`} onClick={() => setAsking(true)}>
        Revoke…
      </Button>
      {asking ? (
        <Confirm
          title={`Stop sharing with ${node.name}?`}
          yes="Stop sharing"
          onYes={() => void unshareSecretFrom(node, secret.id)}
          onClose={() => setAsking(false)}
        >
          {node.name} reads no later version of “{secret.name}”. The version that it has stays readable for it, so
          change the secret at its source too.
        </Confirm>
      ) : null}
    </>
  );
};
