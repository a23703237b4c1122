import { ShieldAlert } from 'lucide-react';
import { Button } from '../../components/button.js';
import { useAlarms } from '../../state/alarms.js';
import { goToActivity, useRoute } from '../../state/route.js';
import { formatCount } from '../../state/format.js';
import { AcceptStore } from '../sync/accept-store.js';
import { leaveThen } from './leave-then.js';
import './alarm-banner.css';

/**
 * As long as somebody may be attacking, every room says so. It cannot be put away: it goes when a look at the store finds
 * nothing severe any more. It stays in the page from room to room, so that it is announced once.
 */
export const AlarmBanner = () => {
  const severe = useAlarms((state) => state.items).filter((alarm) => alarm.severe);
  const inActivity = useRoute((state) => state.route.room === 'activity');
  const [first] = severe;
  if (!first) return null;
  return (
    <div className="alarm-banner" data-pane>
      <div className="alarm-banner-text" role="alert">
        <ShieldAlert size={16} aria-hidden />
        <p>
          <strong>{formatCount(severe.length, 'alarm')}</strong>
          <span title={first.message}>{first.message}</span>
        </p>
      </div>
      {severe.some(({ acceptable }) => acceptable) && !inActivity ? <AcceptStore /> : null}
      {inActivity ? null : <Button onClick={() => leaveThen(goToActivity)}>What to do</Button>}
    </div>
  );
};
