import { DirectoryStore, type DirectoryStoreOptions } from '../../main/store/directory.js';

/** Opens a directory store in another process; `spec` is JSON of `{ path, options }`. */
export function openStore(spec: string): Promise<DirectoryStore> {
  const { path, options } = JSON.parse(spec) as { path: string; options: DirectoryStoreOptions };
  return DirectoryStore.open(path, options);
}
