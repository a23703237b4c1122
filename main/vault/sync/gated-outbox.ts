import type { Outbox } from '../../store/mirror/mirror.js';
import type { WriteGate } from '../upkeep/write-gate.js';

/** An outbox that sends nothing to a store that was moved away: there nobody would find it. */
export const gatedOutbox = (outbox: Outbox, gate: WriteGate): Outbox => ({
  items: () => outbox.items(),
  refresh: () => outbox.refresh(),
  read: (key) => outbox.read(key),
  send: (item, options) => gate.through(() => outbox.send(item, options)),
  remove: (items, known) => outbox.remove(items, known),
});
