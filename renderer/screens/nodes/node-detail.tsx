import { useState } from 'react';
import { FolderLock, KeyRound, Server } from 'lucide-react';
import type { Person, Reach } from '../../../app/model/people.js';
import { Button } from '../../components/button.js';
import { EmptyState } from '../../components/empty-state.js';
import { AccountBar, AccountFacts, AccountHead } from '../people/account-head.js';
import { AccountNotes } from '../people/account-notes.js';
import { Compare } from '../people/compare.js';
import { PickSecrets } from '../people/pick-secrets.js';
import { ReachSection } from '../people/reach-section.js';
import { PickProjects } from './pick-projects.js';
import { Left, RevokeProject, RevokeSecret } from './revoke.js';

const Actions = ({ node }: { node: Person }) => {
  const [open, setOpen] = useState<'projects' | 'secrets' | null>(null);
  const close = () => setOpen(null);
  const refused = node.alarm !== '';
  const title = refused ? 'Nothing is shared as long as the alarm stands.' : undefined;
  return (
    <>
      <Button icon={KeyRound} disabled={refused} title={title} onClick={() => setOpen('secrets')}>
        Share secrets…
      </Button>
      <Button icon={FolderLock} disabled={refused} title={title} data-first onClick={() => setOpen('projects')}>
        Authorize for projects…
      </Button>
      {open === 'projects' ? <PickProjects node={node} onClose={close} /> : null}
      {open === 'secrets' ? <PickSecrets account={node} onClose={close} /> : null}
    </>
  );
};

/** What the node can read, with a way to end each of it. */
const Readable = ({ node }: { node: Person }) => {
  const [left, setLeft] = useState<Reach | null>(null);
  return (
    <>
      <ReachSection
        person={node}
        actions={{
          ofProject: (project) => <RevokeProject node={node} project={project} onLeft={setLeft} />,
          ofSecret: (secret) => <RevokeSecret node={node} secret={secret} />,
        }}
      />
      {left ? <Left node={node} reach={left} onClose={() => setLeft(null)} /> : null}
    </>
  );
};

export const NodeDetail = ({ node, none }: { node: Person | null; none: boolean }) => {
  if (!node)
    return (
      <>
        <AccountBar />
        {none ? null : <EmptyState icon={Server} title="No node selected" />}
      </>
    );
  return (
    <>
      <AccountBar>
        <Actions key={node.id} node={node} />
      </AccountBar>
      <div className="detail-scroll" key={node.id} tabIndex={-1}>
        <div className="detail-content">
          <AccountHead person={node} />
          <AccountNotes person={node} />
          <Compare person={node} />
          <AccountFacts person={node} />
          <Readable node={node} />
        </div>
      </div>
    </>
  );
};
