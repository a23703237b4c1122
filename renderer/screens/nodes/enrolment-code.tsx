import type { Enrolment } from '../../../app/model/people.js';
import { CopyButton } from '../../components/copy-button.js';
import { formatTime } from '../../state/format.js';
import { enrolCommand } from '../../state/nodes.js';

/** The one-time code, large enough to be read aloud, and what to type on the node. */
export const EnrolmentCode = ({ enrolment }: { enrolment: Enrolment }) => (
  <div className="enrolment">
    <p className="enrolment-step">1. On the node, type this. STORE is the folder or bucket of this vault.</p>
    <div className="code-line">
      <code className="mono selectable">{enrolCommand(enrolment.name)}</code>
      <CopyButton label="Command" text={enrolCommand(enrolment.name)} />
    </div>
    <p className="enrolment-step">2. It asks for this one-time code.</p>
    <div className="code-line code-large">
      <code className="mono selectable" aria-label="One-time code">
        {enrolment.code}
      </code>
      <CopyButton label="Code" text={enrolment.code} />
    </div>
    <p className="quiet small">
      Good for one node, until {formatTime(enrolment.expires)}. Tell it to nobody but the node’s admin. The node appears
      here by itself; it reads nothing until you authorize it.
    </p>
  </div>
);
