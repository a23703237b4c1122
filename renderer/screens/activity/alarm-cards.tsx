import { ShieldAlert, TriangleAlert } from 'lucide-react';
import type { Alarm } from '../../../app/model/people.js';
import { alarmAdvice, inOrder, useAlarms } from '../../state/alarms.js';
import { AcceptStore } from '../sync/accept-store.js';

const Card = ({ alarm }: { alarm: Alarm }) => {
  const { meaning, action } = alarmAdvice(alarm);
  const Icon = alarm.severe ? ShieldAlert : TriangleAlert;
  return (
    <li className="alarm-card" data-severe={alarm.severe}>
      <Icon size={20} aria-hidden />
      <dl>
        <dt>What happened</dt>
        <dd className="alarm-what">{alarm.message}</dd>
        {meaning === '' ? null : (
          <>
            <dt>What it means</dt>
            <dd>{meaning}</dd>
          </>
        )}
        {action === '' ? null : (
          <>
            <dt>What to do</dt>
            <dd>
              {action}
              {alarm.acceptable ? <AcceptStore /> : null}
            </dd>
          </>
        )}
      </dl>
    </li>
  );
};

/** Everything that the last look at the store found wrong, the severe things first. The banner has announced them. */
export const AlarmCards = () => {
  const alarms = useAlarms((state) => state.items);
  if (alarms.length === 0) return null;
  return (
    <section className="alarm-cards" aria-label="Alarms" tabIndex={0} data-pane>
      <ul>
        {inOrder(alarms).map((alarm, index) => (
          <Card key={`${index} ${alarm.message}`} alarm={alarm} />
        ))}
      </ul>
    </section>
  );
};
