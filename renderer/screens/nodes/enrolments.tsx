import { useState } from 'react';
import { Clock, X } from 'lucide-react';
import type { Enrolment } from '../../../app/model/people.js';
import { Button, IconButton } from '../../components/button.js';
import { Confirm } from '../../components/confirm.js';
import { Dialog } from '../../components/dialog.js';
import { formatRemaining } from '../../state/format.js';
import { useNodes, withdrawEnrolment } from '../../state/nodes.js';
import { EnrolmentCode } from './enrolment-code.js';

const Pending = ({ enrolment }: { enrolment: Enrolment }) => {
  const [now] = useState(() => Date.now());
  const left = formatRemaining((Date.parse(enrolment.expires) - now) / 1000);
  const used = enrolment.usedBy.length === 0 ? '' : `Used by ${enrolment.usedBy.join(', ')}; verified nobody`;
  const [open, setOpen] = useState<'code' | 'withdraw' | null>(null);
  const close = () => setOpen(null);
  return (
    <li className="pending">
      <Clock size={16} aria-hidden />
      <button type="button" className="pending-text" onClick={() => setOpen('code')}>
        <span className="truncate" title={enrolment.name}>
          {enrolment.name}
        </span>
        <span className="quiet small truncate" title={used}>
          {used !== '' ? used : left === '' ? 'The code has expired' : `One-time code, ${left}`}
        </span>
      </button>
      <IconButton label={`Withdraw the code for ${enrolment.name}`} icon={X} onClick={() => setOpen('withdraw')} />
      {open === 'code' ? (
        <Dialog
          title={`Enrol ${enrolment.name}`}
          onClose={close}
          onSubmit={close}
          footer={
            <Button look="primary" submit data-first>
              Done
            </Button>
          }
        >
          <EnrolmentCode enrolment={enrolment} />
        </Dialog>
      ) : null}
      {open === 'withdraw' ? (
        <Confirm
          title="Withdraw this code?"
          yes="Withdraw"
          onYes={() => void withdrawEnrolment(enrolment)}
          onClose={close}
        >
          {used === ''
            ? `${enrolment.name} can no longer enrol with it. You can make a new code at any time.`
            : 'A node came under another name, too late, or was not the only one. Compare fingerprints on the machine itself before you authorize it; withdrawing ends the alarm.'}
        </Confirm>
      ) : null}
    </li>
  );
};

/** Nodes that were given a code and have not used it yet. */
export const Enrolments = () => {
  const enrolments = useNodes((state) => state.enrolments);
  if (enrolments.length === 0) return null;
  return (
    <section aria-label="Waiting for" className="pending-nodes">
      <h2 className="section-title small">Waiting for</h2>
      <ul tabIndex={enrolments.length > 3 ? 0 : undefined}>
        {enrolments.map((enrolment) => (
          <Pending key={enrolment.code} enrolment={enrolment} />
        ))}
      </ul>
    </section>
  );
};
