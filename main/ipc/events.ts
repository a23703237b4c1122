import { type Domain, type EventPayload, type Events, events } from '../../app/contract/index.js';
import type { EventEnvelope } from './channels.js';
import type { z } from 'zod';

/** Sends an event of the contract to the page. */
export type Emit = <D extends Domain, E extends keyof Events[D] & string>(
  domain: D,
  event: E,
  payload: EventPayload<D, E>,
) => void;

/**
 * @param send puts the envelope on the wire (or drops it, when no window is there)
 * @param log one line for the terminal
 */
export const createEmitter =
  (send: (envelope: EventEnvelope) => void, log: (line: string) => void): Emit =>
  (domain, event, payload) => {
    const schema = (events[domain] as Readonly<Record<string, z.ZodType>>)[event];
    const parsed = schema?.safeParse(payload);
    // SECURITY: events leave main like answers do, stripped to what the contract names.
    if (parsed?.success) send({ domain, event, payload: parsed.data });
    else log(`coretex-vault: event ${domain}.${event} had a wrong shape and was not sent`);
  };

/** Every `domain.event` there is: what the preload lets the page listen to. */
export const eventNames = (): string[] =>
  Object.entries(events).flatMap(([domain, ofDomain]) => Object.keys(ofDomain).map((event) => `${domain}.${event}`));
