import { VaultError } from '../../../app/errors.js';
import type { CheckReport, StoreLocation, Upkeep, UpkeepWork } from '../../../main/vault/vault.js';

export const someReport: CheckReport = {
  records: 7,
  blobs: 2,
  bytes: 1000,
  damages: [
    {
      key: 'secrets/x',
      what: '“Mail”, version 1',
      kind: 'damaged',
      error: new VaultError('damaged'),
      repairable: true,
    },
  ],
  unjudged: 1,
  garbage: [
    { key: 'blobs/a', bytes: 10, modifiedMs: 0 },
    { key: 'blobs/b', bytes: 20, modifiedMs: 0 },
  ],
};

/** Notes what it is asked, tells one step of progress, and takes its time until `go` where `isSlow`. */
export class FakeUpkeep implements Upkeep {
  readonly asked: unknown[] = [];
  isSlow = false;
  failure: VaultError | null = null;
  report = someReport;
  go: () => void = () => undefined;
  readonly #moved: (to: StoreLocation) => void;

  /** @param moved told where the store went */
  constructor(moved: (to: StoreLocation) => void) {
    this.#moved = moved;
  }

  check(options: Readonly<{ contents: boolean }> & UpkeepWork): Promise<CheckReport> {
    return this.#work(['check', options.contents], options, () => this.report);
  }

  repair(report: CheckReport, work: UpkeepWork = {}): Promise<readonly string[]> {
    return this.#work(['repair', report], work, () => report.damages.map(({ key }) => key));
  }

  collect(report: CheckReport, graceMs: number, work: UpkeepWork = {}): Promise<readonly string[]> {
    return this.#work(['collect', report, graceMs], work, () => report.garbage.map(({ key }) => key));
  }

  move(to: StoreLocation, work: UpkeepWork = {}): Promise<Readonly<{ objects: number; bytes: number }>> {
    return this.#work(['move', to], work, () => {
      this.#moved(to);
      return { objects: 9, bytes: 1000 };
    });
  }

  follow(): Promise<StoreLocation> {
    return Promise.reject(new VaultError('not-found'));
  }

  async #work<T>(asked: readonly unknown[], { signal, onProgress }: UpkeepWork, give: () => T): Promise<T> {
    this.asked.push(asked);
    onProgress?.({ step: 'list', done: 1, total: 2 });
    if (this.isSlow) {
      await new Promise<void>((resolve, reject) => {
        this.go = resolve;
        signal?.addEventListener('abort', () => reject(new VaultError('cancelled')));
      });
    }
    if (this.failure !== null) throw this.failure;
    return give();
  }
}
