import { FolderLock } from 'lucide-react';
import type { Member, Reach } from '../../../app/model/people.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { SecretIcon } from '../../components/secret-icon.js';
import { closeMembersDialog } from '../../state/members.js';
import { showSecret } from '../../state/show-secret.js';
import { tellFailure } from '../../state/attempt.js';
import { typeNames } from '../secrets/type-names.js';

/** as many as main names */
const mostFiles = 100;

const Secrets = ({ secrets }: Pick<Reach, 'secrets'>) =>
  secrets.length === 0 ? null : (
    <section aria-label="Secrets">
      <h3 className="section-title">Secrets</h3>
      <ul className="card reach-rows">
        {secrets.map(({ id, name, type }) => (
          <li key={id} className="reach-row">
            <SecretIcon type={type} />
            <span className="reach-text">
              <button
                type="button"
                className="link reach-name truncate"
                title={name}
                onClick={() => {
                  closeMembersDialog();
                  void showSecret(id).catch(tellFailure);
                }}
              >
                {name}
              </button>
              <span className="quiet small">{typeNames[type].one}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );

const Files = ({ project }: { project: Reach['projects'][number] }) =>
  project.credentialFiles.length === 0 ? null : (
    <section aria-label={`Files of ${project.name}`}>
      <h3 className="section-title">Files that look like credentials</h3>
      <div className="card left-files">
        <p className="quiet small truncate" title={project.name}>
          <FolderLock size={14} aria-hidden /> {project.name}
        </p>
        <ul className="mono small selectable">
          {project.credentialFiles.map((path) => (
            <li key={path}>{path}</li>
          ))}
        </ul>
        {project.credentialFiles.length >= mostFiles ? (
          <p className="quiet small">These are the first {mostFiles}; there may be more.</p>
        ) : null}
      </div>
    </section>
  );

/** What somebody who left could read and may have kept: a new key does not help there, only a change at the source. */
export const LeftSheet = ({ member, reach }: { member: Member; reach: Reach }) => (
  <Dialog
    title="Change these at their source"
    onClose={closeMembersDialog}
    footer={
      <Button look="primary" data-first onClick={closeMembersDialog}>
        Done
      </Button>
    }
  >
    <p>
      {member.name} could read these and may have copies. A new password at the website or a new key at the provider
      makes them worthless.
    </p>
    <Secrets secrets={reach.secrets.filter(({ former }) => former)} />
    {reach.projects
      .filter(({ former }) => former)
      .map((project) => (
        <Files key={project.id} project={project} />
      ))}
    <p className="quiet small">
      You find this list again under {member.kind === 'node' ? 'Nodes' : 'People'}, at {member.name}.
    </p>
  </Dialog>
);
