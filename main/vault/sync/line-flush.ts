import { VaultError } from '../../../app/errors.js';
import type { Outbox, OutboxItem } from '../../store/mirror/mirror.js';
import type { Line, Place, WaitingVersion } from './line.js';

const roundsToTry = 16;

export type LineFlush = Readonly<{
  outbox: Outbox;
  /** Asks the store what is new of everything: after it turned out to have something that the mirror did not know. */
  look: () => Promise<void>;
  signal: AbortSignal;
  /** told of each item that left the outbox */
  onSent: (items: readonly OutboxItem[]) => void;
}>;

/**
 * Brings one secret or file to the store. What nobody touched meanwhile goes as it is; else ours is merged with theirs and published on
 * top of it. Every step may be the last before a crash: what was done is found done by the next flush.
 * Throws what the store says; `not-allowed`, `rolled-back`, `damaged`, `conflict` concern this one alone, and then all of it still waits.
 */
export const flushLine = async <B>(line: Line<B>, flush: LineFlush): Promise<void> => {
  for (let round = 0; round < roundsToTry; round += 1) {
    throwIfEnded(flush.signal);
    const waiting = await line.waiting();
    const run = firstRun(waiting);
    const [first] = run;
    if (first === undefined) return line.finish();
    line.admit();
    if (await dropSent(line, flush, run)) continue;
    const base = first.previous === null ? null : { version: first.version - 1, hash: first.previous };
    if ((await isUntouched(line, base)) && run.every((version) => line.isCurrent(version))) {
      await sendRun(line, flush, run);
    } else {
      await mergeRun(line, flush, { waiting, run, base });
    }
  }
  throw new VaultError('conflict');
};

const throwIfEnded = (signal: AbortSignal): void => {
  if (signal.aborted) throw signal.reason instanceof VaultError ? signal.reason : new VaultError('cancelled');
};

/** Versions of which each was written on top of the one before: one offline edit after the other. */
const firstRun = <B>(waiting: readonly WaitingVersion<B>[]): WaitingVersion<B>[] => {
  const run: WaitingVersion<B>[] = [];
  for (const version of waiting) {
    const before = run.at(-1);
    if (before !== undefined && (before.hash !== version.previous || before.version + 1 !== version.version)) break;
    run.push(version);
  }
  return run;
};

/** An earlier flush brought these and did not live to note it. */
const dropSent = async <B>(line: Line<B>, flush: LineFlush, run: readonly WaitingVersion<B>[]): Promise<boolean> => {
  const sent: WaitingVersion<B>[] = [];
  for (const version of run) {
    if ((await line.stored(version.version)) !== version.hash) break;
    sent.push(version);
  }
  await remove(
    flush,
    sent.map(({ item }) => item),
  );
  return sent.length > 0;
};

const isUntouched = async <B>(line: Line<B>, base: Place | null): Promise<boolean> =>
  (await line.highest()) === (base?.version ?? 0) && (base === null || (await line.stored(base.version)) === base.hash);

/** SECURITY (promise 10): contents before the record that points at them. */
const sendRun = async <B>(line: Line<B>, flush: LineFlush, run: readonly WaitingVersion<B>[]): Promise<void> => {
  for (const version of run) {
    for (const item of line.contents(version)) {
      throwIfEnded(flush.signal);
      if ((await flush.outbox.send(item, flush)) === 'taken') throw new VaultError('conflict');
      flush.onSent([item]);
    }
    throwIfEnded(flush.signal);
    if ((await flush.outbox.send(version.item, flush)) === 'taken') {
      if ((await line.stored(version.version)) === null) await flush.look();
      return;
    }
    flush.onSent([version.item]);
  }
};

type Run<B> = Readonly<{
  /** everything that waits of it */
  waiting: readonly WaitingVersion<B>[];
  /** what is merged now */
  run: readonly WaitingVersion<B>[];
  base: Place | null;
}>;

const mergeRun = async <B>(line: Line<B>, flush: LineFlush, { waiting, run, base }: Run<B>): Promise<void> => {
  const known = new Set(waiting.map(({ item }) => item.order));
  const ours = run.at(-1);
  if (ours === undefined) return;
  const notice = await publishMerged(line, ours, base);
  if (notice === undefined) return; // somebody was quicker: look again
  await line.exclusively(async () => {
    // what was written meanwhile is on top of what waits: then all of it is merged once more, from the same base
    flush.outbox.refresh();
    if (line.items().some(({ order }) => !known.has(order))) return;
    // the index first: a crash before the removal is made good by the next flush, the other way round it would look like a rollback
    if (run.length === waiting.length) await line.learn(notice, ours);
    const rest = waiting.slice(run.length).flatMap((version) => line.contents(version));
    await remove(
      flush,
      withContents(line, run).filter((item) => !rest.includes(item)),
      // another process may have written in this very moment: then the same holds
      waiting.map(({ item }) => item),
    );
  });
};

/** Gives what a person should know; undefined when it has to be tried again. */
const publishMerged = async <B>(
  line: Line<B>,
  ours: WaitingVersion<B>,
  base: Place | null,
): Promise<string | null | undefined> => {
  const theirs = await line.theirs(base);
  if (theirs === null) {
    return (await line.create((await line.prepared(ours, null)).body)) ? null : undefined;
  }
  const first = line.merge(theirs.base, ours, theirs.body);
  if (first.next === null && first.copy === null) return first.notice;
  const ready = await line.prepared(ours, theirs);
  let { copy, notice } = line.merge(theirs.base, ready, theirs.body);
  if (first.next !== null) {
    const published = await line.publish((body) => {
      const merged = line.merge(theirs.base, ready, body);
      ({ copy, notice } = merged);
      return merged.next;
    });
    if (!published) return undefined;
  }
  // SECURITY (promise 10): ours is written beside theirs before it leaves the outbox
  if (copy !== null && !(await line.copy(copy, ready))) return undefined;
  return notice;
};

const withContents = <B>(line: Line<B>, run: readonly WaitingVersion<B>[]): OutboxItem[] =>
  run.flatMap((version) => [...line.contents(version), version.item]);

const remove = async (flush: LineFlush, items: readonly OutboxItem[], known?: readonly OutboxItem[]): Promise<void> => {
  if (items.length === 0) return;
  if (await flush.outbox.remove(items, known)) flush.onSent(items);
};
