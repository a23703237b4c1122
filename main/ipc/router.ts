import { z } from 'zod';
import { type Contract, type Handlers, type Result, contract } from '../../app/contract/index.js';
import type { AllowedWhen } from '../../app/contract/define.js';
import type { Operation } from '../../app/contract/define.js';
import { VaultError, errorSentences } from '../../app/errors.js';
import { SecretBytes } from '../crypto/secret-bytes.js';
import { wipeBytes } from './wipe.js';

export type Phase = 'none' | 'locked' | 'unlocked';

/** Who calls, as Electron tells it; everything about it is checked by `trusts`. */
export type Caller = Readonly<{ url: string; isMainFrame: boolean; windowId: number }>;

export type RouterContext = Readonly<{
  handlers: Handlers;
  trusts: (caller: Caller) => boolean;
  phase: () => Phase;
  /** aborted at the moment the vault that is open now locks */
  lockSignal: () => AbortSignal;
  /** one line for the person who runs the app from a terminal; never holds anything secret */
  log: (line: string) => void;
}>;

export type Router = (caller: Caller, envelope: unknown) => Promise<Result<unknown>>;

const envelopeSchema = z.object({ domain: z.string().max(64), operation: z.string().max(64), input: z.unknown() });

type Call = Readonly<{
  name: string;
  operation: Operation;
  handle: (input: unknown) => unknown;
  input: unknown;
}>;

/**
 * The one way in. Sender, envelope, name, state and input are checked before a handler runs, its answer before it leaves.
 * Never throws: whatever arrives, the answer is a Result.
 */
export const createRouter =
  (context: RouterContext): Router =>
  async (caller, envelope) => {
    try {
      // SECURITY: only our own page in our own window may ask for anything.
      if (!context.trusts(caller))
        throw new VaultError('not-allowed', 'Only the window of Coretex Vault may ask that.');
      const call = findCall(context.handlers, envelope);
      checkPhase(call.operation.when, context.phase());
      return { ok: true, value: await answer(call, context) };
    } catch (error) {
      return failureOf(error, context.log);
    } finally {
      // SECURITY (promise 9): passphrases arrive as bytes and are zeroes when the call is over, however it ended.
      wipeBytes(envelope);
    }
  };

const findCall = (handlers: Handlers, envelope: unknown): Call => {
  const parsed = envelopeSchema.safeParse(envelope);
  if (!parsed.success) throw new VaultError('invalid-input', 'That is not a call.');
  const { domain, operation, input } = parsed.data;
  // SECURITY: own properties only, so that `__proto__` or `constructor` name nothing.
  const domainContract = own(contract as Record<string, Record<string, Operation>>, domain);
  const spec = domainContract && own(domainContract, operation);
  if (!spec) throw new VaultError('invalid-input', 'There is no such operation.');
  const domainHandlers = handlers[domain as keyof Contract] as Record<string, (input: unknown) => unknown>;
  const handle = own(domainHandlers, operation);
  if (!handle) throw new Error(`no handler for ${domain}.${operation}`);
  return { name: `${domain}.${operation}`, operation: spec, handle, input };
};

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

const checkPhase = (when: AllowedWhen, phase: Phase): void => {
  if (when === 'always' || when === phase) return;
  if (phase === 'none') throw new VaultError('no-vault');
  if (when === 'unlocked') throw new VaultError('locked');
  throw new VaultError('invalid-input', 'The vault is open already.');
};

const answer = async (call: Call, context: RouterContext): Promise<unknown> => {
  const input = call.operation.input.safeParse(call.input);
  if (!input.success) throw new VaultError('invalid-input', explain(input.error));
  const work = Promise.resolve(call.handle(input.data));
  const value = call.operation.when === 'unlocked' ? await untilAborted(work, context.lockSignal()) : await work;
  const output = call.operation.output.safeParse(value);
  // SECURITY: what the contract does not name never leaves; an answer of the wrong shape is not sent at all.
  if (!output.success) throw new Error(`${call.name} answered in a wrong shape: ${explain(output.error)}`);
  return output.data;
};

/** Where and why, by names and rules; never the value that was refused. */
const explain = (error: z.ZodError): string => {
  const issue = error.issues[0];
  if (!issue) return errorSentences['invalid-input'];
  const where = issue.path.map(String).join('.');
  return where === '' ? issue.message : `${where}: ${issue.message}`;
};

/** SECURITY: a call that is under way when the vault locks ends with `locked`, and what it finds afterwards goes nowhere. */
const untilAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(new VaultError('locked'));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });

export const failureOf = (error: unknown, log: (line: string) => void): Result<never> => {
  if (error instanceof VaultError) {
    return { ok: false, code: error.code, message: error.message, details: { ...error.details } };
  }
  // SECURITY: an unknown error may quote what it failed on, so its message stays here, and the page gets a number to report.
  const trace = SecretBytes.random(4).bytes.toString('hex');
  log(`coretex-vault: internal error ${trace}: ${whereOf(error)}`);
  return { ok: false, code: 'internal', message: errorSentences.internal, details: { trace } };
};

/** The kind of error and the places it passed; not its message, which may quote input. */
export const whereOf = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames.slice(0, 6).map((line) => line.trim())].join(' ');
};

/** Every `domain.operation` there is: what the preload lets through. */
export const operationNames = (): string[] =>
  Object.entries(contract).flatMap(([domain, operations]) =>
    Object.keys(operations).map((operation) => `${domain}.${operation}`),
  );
