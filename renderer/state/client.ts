/**
 * The renderer's only way to the privileged side: a typed proxy over `window.coretexVault`, which the preload provides.
 * Every call that fails throws the VaultError that the router sent.
 */
import type { Bridge, Client, Domain, EventPayload, Events, Result } from '../../app/contract/index.js';
import { VaultError } from '../../app/errors.js';

declare global {
  var coretexVault: Bridge;
}

const unwrap = <T>(result: Result<T>): T => {
  if (result.ok) return result.value;
  throw new VaultError(result.code, result.message, { details: result.details });
};

const callsOf = (domain: string): object =>
  new Proxy(
    {},
    {
      get:
        (_target, operation) =>
        async (input: unknown): Promise<unknown> =>
          unwrap(await globalThis.coretexVault.call(domain, String(operation), input)),
    },
  );

export const client = new Proxy({}, { get: (_target, domain) => callsOf(String(domain)) }) as Client;

/** Listens to one event of the contract; returns what ends it. */
export const onEvent = <D extends Domain, E extends keyof Events[D] & string>(
  domain: D,
  event: E,
  listener: (payload: EventPayload<D, E>) => void,
): (() => void) => globalThis.coretexVault.on(domain, event, listener as (payload: unknown) => void);

/** Handles for dropped files and folders; their paths stay on the other side. */
export const handlesOf = async (files: readonly File[]): Promise<{ handle: string; name: string }[]> =>
  unwrap(await globalThis.coretexVault.dropped(files));
