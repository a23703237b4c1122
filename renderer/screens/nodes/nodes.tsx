import { useState } from 'react';
import { Plus, Server } from 'lucide-react';
import { Button } from '../../components/button.js';
import { EmptyState } from '../../components/empty-state.js';
import { loadNodes, searchNodes, useNodes } from '../../state/nodes.js';
import { useRoute } from '../../state/route.js';
import { backToList } from '../people/account-head.js';
import { AccountList } from '../people/account-list.js';
import { Enrolments } from './enrolments.js';
import { NodeDetail } from './node-detail.js';
import { RegisterNode } from './register-node.js';
import '../people/people.css';
import './nodes.css';

const select = (nodeId: string) => useRoute.setState({ route: { room: 'nodes', nodeId } });

const NoNodes = ({ onRegister }: { onRegister: () => void }) => (
  <EmptyState icon={Server} title="No nodes yet" action={<Button onClick={onRegister}>Register a node</Button>}>
    A node is a machine with a key of its own: a GPU server, a cluster job. It reads only what you authorize it for.
  </EmptyState>
);

/** The room of nodes: the machines of this store, and what each of them can read. */
export const Nodes = () => {
  const { items, loaded, error, search } = useNodes();
  const front = useRoute((state) => state.front);
  const nodeId = useRoute((state) => (state.route.room === 'nodes' ? state.route.nodeId : null));
  const [registering, setRegistering] = useState(false);
  const register = () => setRegistering(true);
  const node = items.find(({ id }) => id === nodeId) ?? items[0] ?? null;
  const none = items.length === 0;
  return (
    <div className="accounts" data-front={front}>
      <h1 className="visually-hidden">Nodes</h1>
      <AccountList
        label="Nodes"
        accounts={items}
        activeId={node?.id ?? null}
        loaded={loaded}
        error={error}
        search={search}
        onSearch={searchNodes}
        onSelect={select}
        onRetry={() => void loadNodes()}
        action={
          <Button
            look="primary"
            className="new-button"
            icon={Plus}
            aria-label="New node"
            title="Register a node"
            onClick={register}
          >
            New
          </Button>
        }
        above={<Enrolments />}
        below={loaded && !error && none ? <NoNodes onRegister={register} /> : null}
      />
      <section
        className="detail-pane"
        aria-label="Node"
        data-pane
        onKeyDown={(event) => {
          if (event.key === 'Escape' && !event.defaultPrevented) backToList();
        }}
      >
        <NodeDetail node={node} none={none} />
      </section>
      {registering ? <RegisterNode onClose={() => setRegistering(false)} /> : null}
    </div>
  );
};
