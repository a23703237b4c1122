/**
 * The store: five verbs over immutable objects (docs/protocol.md section 7). It knows bytes and keys, nothing of vaults.
 *
 * Errors of every store: `store-missing` (its folder or bucket is gone), `store-readonly`, `store-full`,
 * `store-unreachable`, `cancelled`; `not-found` from `get` and `local`; `conflict` from `putIfAbsent` while somebody else goes on
 * bringing the same object. A key that is not of the form `part(/part)*`, part = [a-z0-9][a-z0-9.-]*, is `invalid-input`.
 */

/** What to store: bytes, or a file on this computer which the store may link or copy, but never changes. */
export type Body = Uint8Array | Readonly<{ file: string }>;

export type ObjectInfo = Readonly<{
  key: string;
  bytes: number;
  /** when the object came here (milliseconds since 1970), by the store's clock; left out by a store that does not know */
  modifiedMs?: number;
}>;

export type StoreOptions = Readonly<{ signal?: AbortSignal }>;

export type PutOptions = StoreOptions &
  Readonly<{
    /** keys that must be in the store before: while one of them waits to be sent, this waits too */
    after?: readonly string[];
    /**
     * the version that this one follows, by its key and the SHA-256 (base64url) of its bytes. A store that keeps back what it cannot send
     * gives false once that version is not what it has any more: it was merged with what others wrote, or given up
     */
    onTopOf?: Readonly<{ key: string; hash: string }> | null;
  }>;

export type ListOptions = StoreOptions &
  Readonly<{
    /** only keys that come after this one in key order */
    after?: string;
  }>;

export type ByteRange = Readonly<{ start: number; endExclusive: number }>;

export type LocalOptions = StoreOptions &
  Readonly<{
    /** the parts of the object that will be read: the rest of the file may then be a hole; all of it when left out */
    ranges?: readonly ByteRange[];
    /** the path stays good until this is aborted; without it, for two minutes */
    inUse?: AbortSignal;
    /** a copy that an earlier call brought here was found damaged: it is fetched anew */
    fresh?: boolean;
  }>;

export interface Store {
  /** how a person would name it: a folder's name, a bucket */
  readonly label: string;
  /** every object whose key starts with `prefix` (whole parts: `secrets/`), in key order */
  list(prefix: string, options?: ListOptions): AsyncIterable<ObjectInfo>;
  /** the object's bytes, or those from `start` up to `endExclusive` (cut at its end) */
  get(key: string, range?: ByteRange, options?: StoreOptions): Promise<Uint8Array>;
  /** Durable and atomic: true when this call created the object, false when one was already there (it is unchanged). */
  putIfAbsent(key: string, body: Body, options?: PutOptions): Promise<boolean>;
  /** Removing what is not there is no error. */
  delete(key: string, options?: StoreOptions): Promise<void>;
  stat(key: string, options?: StoreOptions): Promise<ObjectInfo | null>;
  /** A path on this computer where the object's bytes can be read (not changed), fetched there first when the store is elsewhere. */
  local(key: string, options?: LocalOptions): Promise<string>;
  close(): Promise<void>;
}
