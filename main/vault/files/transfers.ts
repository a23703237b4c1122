import { VaultError } from '../../../app/errors.js';
import type { Transfer } from '../../../app/model/project.js';
import { randomId } from '../../crypto/random-id.js';
import type { VaultEmitter } from '../events.js';

type State = Transfer['state'];
type Active = { readonly bytes: number; bytesDone: number };

const currentShown = 4;
const failuresShown = 100;
const betweenEventsMs = 100;

/** One transfer as it goes on. Tells its listeners at most ten times a second, and its last state always. */
export class TransferProgress {
  readonly id: string;
  readonly kind: Transfer['kind'];
  readonly projectId: string;
  readonly label: string;
  readonly #tell: (transfer: Transfer) => void;
  readonly #active = new Map<string, Active>();
  #state: State = 'waiting';
  #files = 0;
  #filesDone = 0;
  #bytes = 0;
  #bytesDone = 0;
  #failures: Transfer['failures'] = [];
  #failedFiles = 0;
  #lastToldMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(about: Pick<Transfer, 'id' | 'kind' | 'projectId' | 'label'>, tell: (transfer: Transfer) => void) {
    this.id = about.id;
    this.kind = about.kind;
    this.projectId = about.projectId;
    this.label = about.label;
    this.#tell = tell;
  }

  get state(): State {
    return this.#state;
  }

  get filesDone(): number {
    return this.#filesDone;
  }

  get failedFiles(): number {
    return this.#failedFiles;
  }

  /** Begins, or begins again after an interruption: counts start over. */
  begin(): void {
    this.#active.clear();
    this.#files = this.#filesDone = this.#bytes = this.#bytesDone = this.#failedFiles = 0;
    this.#failures = [];
    this.#state = 'running';
    this.#changed();
  }

  /** More to do than was known. */
  expect(files: number, bytes: number): void {
    this.#files += files;
    this.#bytes += bytes;
    this.#changed();
  }

  start(path: string, bytes: number): void {
    this.#active.set(path, { bytes, bytesDone: 0 });
    this.#changed();
  }

  advance(path: string, bytesDone: number): void {
    const active = this.#active.get(path);
    if (active === undefined) return;
    active.bytesDone = bytesDone;
    this.#changed();
  }

  finish(path: string, bytes: number): void {
    this.#active.delete(path);
    this.#filesDone += 1;
    this.#bytesDone += bytes;
    this.#changed();
  }

  fail(path: string, error: VaultError): void {
    this.#active.delete(path);
    this.#failedFiles += 1;
    if (this.#failures.length < failuresShown) {
      this.#failures = [...this.#failures, { path, code: error.code, message: error.message }];
    }
    this.#changed();
  }

  /** The last word of this run; told at once. */
  end(state: State): void {
    this.#active.clear();
    this.#state = state;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#tell(this.snapshot());
  }

  snapshot(): Transfer {
    let underWay = 0;
    for (const { bytesDone } of this.#active.values()) underWay += bytesDone;
    const filesDone = this.#filesDone;
    return {
      id: this.id,
      kind: this.kind,
      projectId: this.projectId,
      state: this.#state,
      label: this.label,
      // a folder that grows while it is read holds more than was counted
      files: Math.max(this.#files, filesDone + this.#failedFiles),
      filesDone,
      bytes: Math.max(this.#bytes, this.#bytesDone + underWay),
      bytesDone: this.#bytesDone + underWay,
      current: [...this.#active].slice(0, currentShown).map(([path, active]) => ({ path, ...active })),
      failures: this.#failures,
      failedFiles: this.#failedFiles,
    };
  }

  #changed(): void {
    if (this.#timer !== undefined) return;
    const waitMs = Math.max(0, this.#lastToldMs + betweenEventsMs - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#lastToldMs = Date.now();
      this.#tell(this.snapshot());
    }, waitMs);
    this.#timer.unref();
  }
}

/** Every transfer of this session, until the person dismisses it. */
export class TransferBoard {
  readonly #events: VaultEmitter;
  readonly #transfers = new Map<string, TransferProgress>();

  constructor(events: VaultEmitter) {
    this.#events = events;
  }

  add(about: Pick<Transfer, 'kind' | 'projectId' | 'label'>, id: string = randomId()): TransferProgress {
    const progress = new TransferProgress({ ...about, id }, (transfer) => this.#events.emit('transfer', transfer));
    this.#transfers.set(id, progress);
    return progress;
  }

  /** Throws `not-found`. */
  get(id: string): TransferProgress {
    const progress = this.#transfers.get(id);
    if (progress === undefined) throw new VaultError('not-found', 'There is no such transfer.');
    return progress;
  }

  has(id: string): boolean {
    return this.#transfers.has(id);
  }

  list(): Transfer[] {
    return [...this.#transfers.values()].map((progress) => progress.snapshot());
  }

  remove(id: string): void {
    this.#transfers.delete(id);
  }
}
