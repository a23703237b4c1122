/**
 * The only source of IPC truth. The renderer's client type, the preload's list of channels and the router's checks
 * all derive from `contract` and `events`; adding an operation here is the only way to add one.
 */
import { z } from 'zod';
import { errorCodes } from '../errors.js';
import { accountContract, accountEvents } from './account.js';
import { activityContract, activityEvents } from './activity.js';
import { filesContract, filesEvents } from './files.js';
import { nodesContract } from './nodes.js';
import { peopleContract, peopleEvents } from './people.js';
import { projectsContract, projectsEvents } from './projects.js';
import { secretsContract, secretsEvents } from './secrets.js';
import { settingsContract, settingsEvents } from './settings.js';
import { storeContract, storeEvents } from './store.js';
import { syncContract, syncEvents } from './sync.js';

export const contract = {
  account: accountContract,
  secrets: secretsContract,
  projects: projectsContract,
  files: filesContract,
  people: peopleContract,
  nodes: nodesContract,
  activity: activityContract,
  settings: settingsContract,
  store: storeContract,
  sync: syncContract,
} as const;

export const events = {
  account: accountEvents,
  secrets: secretsEvents,
  projects: projectsEvents,
  files: filesEvents,
  people: peopleEvents,
  nodes: {},
  activity: activityEvents,
  settings: settingsEvents,
  store: storeEvents,
  sync: syncEvents,
} as const;

export type Contract = typeof contract;
export type Domain = keyof Contract;
export type Events = typeof events;

/** The typed client: `client.secrets.get({ id })`. Rejects with a VaultError. */
export type Client = {
  [D in Domain]: {
    [O in keyof Contract[D]]: Contract[D][O] extends {
      input: infer I extends z.ZodType;
      output: infer T extends z.ZodType;
    }
      ? (input: z.input<I>) => Promise<z.output<T>>
      : never;
  };
};

/** What answers each operation on the other side. */
export type Handlers = {
  [D in Domain]: {
    [O in keyof Contract[D]]: Contract[D][O] extends {
      input: infer I extends z.ZodType;
      output: infer T extends z.ZodType;
    }
      ? (input: z.output<I>) => Promise<z.input<T>> | z.input<T>
      : never;
  };
};

export type EventPayload<D extends Domain, E extends keyof Events[D]> = Events[D][E] extends z.ZodType
  ? z.output<Events[D][E]>
  : never;

/** How a result crosses the process border: errors as codes and sentences, never as stack traces. */
export const failure = z.object({
  ok: z.literal(false),
  code: z.enum(errorCodes),
  message: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type Failure = z.infer<typeof failure>;
export type Result<T> = { ok: true; value: T } | Failure;

/** What the preload puts on `window.coretexVault`. */
export type Bridge = Readonly<{
  call: (domain: string, operation: string, input: unknown) => Promise<Result<unknown>>;
  /** returns a function that ends the subscription */
  on: (domain: string, event: string, listener: (payload: unknown) => void) => () => void;
  /** turns dropped files into handles; paths never reach the page */
  dropped: (files: readonly File[]) => Promise<Result<{ handle: string; name: string }[]>>;
}>;
