/** Uploads, saves and verifications under way, and how fast they go. */
import type { Transfer } from '../../app/model/project.js';
import { attempt } from './attempt.js';
import { client } from './client.js';
import { lockable, whileUnlocked } from './lockable.js';

type Sample = Readonly<{ at: number; bytes: number }>;

type TransfersState = {
  items: readonly Transfer[];
  samples: ReadonlyMap<string, readonly Sample[]>;
  /** the panel shows every transfer, or one line */
  expanded: boolean;
};

export const useTransfers = lockable<TransfersState>(() => ({ items: [], samples: new Map(), expanded: true }));

const windowMs = 5_000;

/** Adds a sample and forgets those older than five seconds. */
export const sampled = (samples: readonly Sample[], next: Sample): readonly Sample[] => [
  ...samples.filter((sample) => next.at - sample.at <= windowMs),
  next,
];

/** Bytes per second over the samples; null while there are too few to tell. */
export const rateOf = (samples: readonly Sample[]): number | null => {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || last.at - first.at < 500) return null;
  return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
};

export const acceptTransfer = (transfer: Transfer): void =>
  useTransfers.setState(({ items, samples, expanded }) => {
    const known = items.some((item) => item.id === transfer.id);
    const next = known ? items.map((item) => (item.id === transfer.id ? transfer : item)) : [transfer, ...items];
    const sample = { at: Date.now(), bytes: transfer.bytesDone };
    return {
      items: next,
      samples: new Map(samples).set(transfer.id, sampled(samples.get(transfer.id) ?? [], sample)),
      expanded: expanded || (!known && isUnderWay(transfer)),
    };
  });

export const loadTransfers = async (): Promise<void> => {
  const { transfers } = await whileUnlocked(client.files.transfers({}));
  useTransfers.setState({ items: transfers });
};

export const isUnderWay = (transfer: Transfer): boolean => transfer.state === 'waiting' || transfer.state === 'running';

export const cancelTransfer = (transferId: string): Promise<boolean> =>
  attempt(() => client.files.cancel({ transferId }));

export const resumeTransfer = (transferId: string): Promise<boolean> =>
  attempt(async () => {
    await client.files.resume({ transferId });
    await loadTransfers();
  });

export const dismissTransfer = (transferId: string): Promise<boolean> =>
  attempt(async () => {
    await client.files.dismiss({ transferId });
    await loadTransfers();
  });

export const dismissFinished = async (): Promise<void> => {
  const finished = useTransfers.getState().items.filter((item) => !isUnderWay(item) && item.state !== 'interrupted');
  for (const { id } of finished) await dismissTransfer(id);
};

export const expandTransfers = (expanded: boolean): void => useTransfers.setState({ expanded });

/** 0 to 1: by bytes, or by files when there are only empty ones. */
export const fractionOf = ({ bytes, bytesDone, files, filesDone, state }: Transfer): number => {
  if (state === 'done') return 1;
  const fraction = bytes > 0 ? bytesDone / bytes : files > 0 ? filesDone / files : 0;
  return Math.max(0, Math.min(1, fraction));
};
