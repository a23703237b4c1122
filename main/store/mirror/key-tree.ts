import type { ObjectInfo } from '../store.js';

type Node<V> = { value: V | undefined; readonly below: Map<string, Node<V>>; order: string[] | null };

const newNode = <V>(): Node<V> => ({ value: undefined, below: new Map(), order: null });

/** Values by key, told below a prefix in key order without looking at anything else. */
export class KeyTree<V extends Readonly<{ bytes: number }>> {
  #root: Node<V> = newNode();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: string): V | undefined {
    return this.#find(key.split('/'))?.value;
  }

  set(key: string, value: V): void {
    let node = this.#root;
    for (const part of key.split('/')) {
      let next = node.below.get(part);
      if (next === undefined) {
        next = newNode();
        node.below.set(part, next);
        node.order = null;
      }
      node = next;
    }
    if (node.value === undefined) this.#size += 1;
    node.value = value;
  }

  delete(key: string): void {
    const parts = key.split('/');
    const path = [this.#root];
    for (const part of parts) {
      const next = path.at(-1)?.below.get(part);
      if (next === undefined) return;
      path.push(next);
    }
    const last = path.at(-1);
    if (last?.value === undefined) return;
    last.value = undefined;
    this.#size -= 1;
    for (let depth = parts.length; depth > 0; depth -= 1) {
      const [node, above, part] = [path[depth], path[depth - 1], parts[depth - 1]];
      if (node === undefined || above === undefined || part === undefined) return;
      if (node.value !== undefined || node.below.size > 0) return;
      above.below.delete(part);
      above.order = null;
    }
  }

  clear(): void {
    this.#root = newNode();
    this.#size = 0;
  }

  /** Everything below a prefix (`''` or whole parts with a slash at the end) that comes after a key, in key order. */
  *entries(prefix: string, after = ''): Generator<[string, V]> {
    const node = this.#find(prefix.split('/').slice(0, -1));
    if (node !== undefined) yield* walk(node, prefix, after);
  }

  #find(parts: readonly string[]): Node<V> | undefined {
    let node: Node<V> | undefined = this.#root;
    for (const part of parts) node = node?.below.get(part);
    return node;
  }
}

function* walk<V>(node: Node<V>, prefix: string, after: string): Generator<[string, V]> {
  for (const name of orderOf(node)) {
    const isFolder = name.endsWith('/');
    const child = node.below.get(isFolder ? name.slice(0, -1) : name);
    const path = prefix + name;
    if (child === undefined) continue;
    if (!isFolder) {
      if (child.value !== undefined && path > after) yield [path, child.value];
    } else if (path > after || after.startsWith(path)) yield* walk(child, path, after);
  }
}

/** The names of a node's children as they sort in whole keys: one that leads further as `name/`. */
function orderOf<V>(node: Node<V>): readonly string[] {
  node.order ??= [...node.below.keys()].flatMap((name) => [name, `${name}/`]).sort();
  return node.order;
}

export type Known = Readonly<{ bytes: number; hash: string | null; modifiedMs: number | null }>;

/** As a store tells it. */
export const infoOf = (key: string, { bytes, modifiedMs }: Known): ObjectInfo =>
  modifiedMs === null ? { key, bytes } : { key, bytes, modifiedMs };
