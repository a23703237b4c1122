import { GitMerge } from 'lucide-react';
import type { MergeNotice } from '../../../app/model/sync.js';
import { Button } from '../../components/button.js';
import { dismissNotice, showObject } from '../../state/sync.js';
import { leaveThen } from '../shell/leave-then.js';

/** What two computers changed at the same time, until the person has taken note. */
export const Notices = ({ notices, onClose }: { notices: readonly MergeNotice[]; onClose: () => void }) => (
  <section aria-labelledby="sync-notices">
    <h3 id="sync-notices">Changed on two sides</h3>
    <ul className="sync-notices">
      {notices.map(({ id, kind, objectId, projectId, name, text }) => (
        <li key={id} className="sync-notice">
          <GitMerge size={16} aria-hidden />
          <div>
            <p className="notice-name truncate" title={name}>
              {name}
            </p>
            <p className="small">{text}</p>
            <div className="notice-actions">
              <Button
                aria-label={`Show ${name}`}
                onClick={() =>
                  leaveThen(() => {
                    onClose();
                    void showObject(kind, objectId, projectId);
                  })
                }
              >
                Show
              </Button>
              <Button look="quiet" aria-label={`Done with ${name}`} onClick={() => void dismissNotice(id)}>
                Done
              </Button>
            </div>
          </div>
        </li>
      ))}
    </ul>
  </section>
);
