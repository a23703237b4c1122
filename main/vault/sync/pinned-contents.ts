import { isVaultError } from '../../../app/errors.js';
import type { ContentsCache } from '../../store/mirror/blob-cache.js';
import type { VaultContext } from '../context.js';
import { inParallel } from '../in-parallel.js';
import { blobKey } from '../store-keys.js';

/** A person waits for other things: what is fetched ahead takes little of the line. */
const parallel = 2;

/** Keeps the current contents of projects on this computer, and fetches what is new of them in the background. */
export class PinnedContents {
  readonly #context: VaultContext;
  readonly #contents: ContentsCache | null;
  /** those that are here since this process looked */
  readonly #here = new Set<string>();
  #fetching: Promise<void> | null = null;
  #again = false;

  constructor(context: VaultContext, contents: ContentsCache | null) {
    this.#context = context;
    this.#contents = contents;
  }

  /** Looks at what the projects hold now. What cannot be fetched now is tried at the next look. */
  look(projectIds: readonly string[]): void {
    const keys = this.#keys(projectIds);
    this.#contents?.setPinned(new Set(keys));
    for (const key of this.#here) if (!keys.includes(key)) this.#here.delete(key);
    if (this.#fetching !== null) {
      this.#again = true;
      return;
    }
    this.#fetching = this.#fetch(keys).finally(() => {
      this.#fetching = null;
      if (!this.#again || this.#context.locked.aborted) return;
      this.#again = false;
      this.look(projectIds);
    });
  }

  /** Resolves when nothing is fetched any more. */
  async settled(): Promise<void> {
    while (this.#fetching !== null) await this.#fetching;
  }

  #keys(projectIds: readonly string[]): string[] {
    const { index } = this.#context;
    return projectIds.flatMap((projectId) =>
      [...index.files(projectId).values()].flatMap(({ content, trashed }) =>
        content === null || trashed ? [] : [blobKey(content.blob)],
      ),
    );
  }

  async #fetch(keys: readonly string[]): Promise<void> {
    const { store, locked } = this.#context;
    await inParallel(
      keys.filter((key) => !this.#here.has(key)),
      parallel,
      async (key) => {
        await store.local(key, { signal: locked });
        this.#here.add(key);
      },
    ).catch((error: unknown) => {
      // offline, locked, or one that was deleted meanwhile: the next look goes on
      if (!isVaultError(error)) throw error;
    });
  }
}
