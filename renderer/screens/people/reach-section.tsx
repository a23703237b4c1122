import { useEffect, useState, type ReactNode } from 'react';
import { FolderLock } from 'lucide-react';
import type { Person, Reach } from '../../../app/model/people.js';
import { Button } from '../../components/button.js';
import { ErrorNote } from '../../components/error-note.js';
import { SecretIcon } from '../../components/secret-icon.js';
import { Badge } from '../../components/tag.js';
import { formatBytes, formatCount } from '../../state/format.js';
import { closeReach, loadReach, splitReach, useReach } from '../../state/reach.js';
import { accessNames } from '../../state/project-rights.js';
import { goToFolder } from '../../state/route.js';
import { showSecret } from '../../state/show-secret.js';
import { typeNames } from '../secrets/type-names.js';
import { leaveThen } from '../shell/leave-then.js';

export type ReachedProject = Reach['projects'][number];
export type ReachedSecret = Reach['secrets'][number];

/** Rows that are drawn before somebody asks for all of them. */
const few = 20;

const Credentials = ({ paths }: { paths: readonly string[] }) =>
  paths.length === 0 ? null : (
    <details className="reach-files">
      <summary className="small">
        {paths.length === 100
          ? '100 or more files look'
          : `${formatCount(paths.length, 'file')} ${paths.length === 1 ? 'looks' : 'look'}`}{' '}
        like credentials
      </summary>
      <ul className="mono small selectable">
        {paths.map((path) => (
          <li key={path}>{path}</li>
        ))}
      </ul>
    </details>
  );

const Row = ({
  icon,
  name,
  facts,
  former,
  onOpen,
  action,
  children,
}: {
  icon: ReactNode;
  name: string;
  facts: string;
  former: boolean;
  onOpen: () => void;
  action?: ReactNode;
  children?: ReactNode;
}) => (
  <li className="reach-row">
    {icon}
    <div className="reach-text">
      <button type="button" className="link reach-name truncate" title={name} onClick={() => leaveThen(onOpen)}>
        {name}
      </button>
      <span className="quiet small">{facts}</span>
      {children}
    </div>
    {former ? <Badge look="warn">Not changed yet</Badge> : action}
  </li>
);

export const ProjectRow = ({ project, action }: { project: ReachedProject; action?: ReactNode }) => (
  <Row
    icon={
      <span className="tile" aria-hidden>
        <FolderLock size={16} />
      </span>
    }
    name={project.name}
    facts={`${project.former ? 'Access ended' : accessNames[project.access]} · ${formatCount(project.files, 'file')} · ${formatBytes(project.bytes)}`}
    former={project.former}
    onOpen={() => goToFolder(project.id)}
    action={action}
  >
    <Credentials paths={project.credentialFiles} />
  </Row>
);

export const SecretRow = ({ secret, action }: { secret: ReachedSecret; action?: ReactNode }) => (
  <Row
    icon={<SecretIcon type={secret.type} />}
    name={secret.name}
    facts={secret.former ? `${typeNames[secret.type].one} · no longer shared` : typeNames[secret.type].one}
    former={secret.former}
    onOpen={() => void showSecret(secret.id)}
    action={action}
  />
);

/** A list that shows its first rows, and all of them when asked. */
const Rows = ({ label, rows }: { label: string; rows: readonly ReactNode[] }) => {
  const [all, setAll] = useState(false);
  return (
    <>
      <ul className="card reach-rows" aria-label={label}>
        {all ? rows : rows.slice(0, few)}
      </ul>
      {!all && rows.length > few ? (
        <Button look="quiet" className="reach-more" onClick={() => setAll(true)}>
          Show all {rows.length.toLocaleString('en')}
        </Button>
      ) : null}
    </>
  );
};

type Actions = Readonly<{
  ofProject?: (project: ReachedProject) => ReactNode;
  ofSecret?: (secret: ReachedSecret) => ReactNode;
}>;

const rowsOf = (
  { projects, secrets }: Readonly<{ projects: readonly ReachedProject[]; secrets: readonly ReachedSecret[] }>,
  actions: Actions = {},
): readonly ReactNode[] => [
  ...projects.map((project) => <ProjectRow key={project.id} project={project} action={actions.ofProject?.(project)} />),
  ...secrets.map((secret) => <SecretRow key={secret.id} secret={secret} action={actions.ofSecret?.(secret)} />),
];

const Shown = ({ person, reach, actions }: { person: Person; reach: Reach; actions: Actions }) => {
  const { now, former } = splitReach(reach);
  const [current, kept] = [rowsOf(now, actions), rowsOf(former)];
  return (
    <>
      {current.length > 0 ? (
        <Rows label={`What ${person.name} can read now`} rows={current} />
      ) : (
        <p className="card reach-nothing quiet">Nothing that you know of.</p>
      )}
      {kept.length > 0 ? (
        <>
          <h3 className="section-title">No longer shared, but perhaps kept</h3>
          <p className="section-text">
            {person.name} could read these and may have copies. Change each at its source: a new password at the
            website, a new key at the provider.
          </p>
          <Rows label={`What ${person.name} may have kept`} rows={kept} />
        </>
      ) : null}
    </>
  );
};

/** What an account could read if it leaked now; what is no longer shared but unchanged is told apart. */
export const ReachSection = ({ person, actions = {} }: { person: Person; actions?: Actions }) => {
  const { id, reach, error } = useReach();
  const personId = person.id;
  useEffect(() => {
    void loadReach(personId);
  }, [personId]);
  useEffect(() => closeReach, []);
  const mine = id === person.id;
  return (
    <section className="detail-section" aria-label="Reach" aria-busy={mine && !reach && !error}>
      <h3 className="section-title">What {person.name} could read if it leaked now</h3>
      {mine && error ? <ErrorNote error={error} onRetry={() => void loadReach(person.id)} /> : null}
      {mine && reach ? <Shown person={person} reach={reach} actions={actions} /> : null}
    </section>
  );
};
