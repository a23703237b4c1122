import { DirectoryStore } from '../../main/store/directory.js';
import { MirroredStore } from '../../main/store/mirror/mirrored-store.js';

/** Opens a mirror of a directory store in another process; `spec` is JSON of `{ path, folder }`: the store, and what is kept here. */
export function openStore(spec: string): Promise<MirroredStore> {
  const { path, folder } = JSON.parse(spec) as { path: string; folder: string };
  return MirroredStore.open({ folder, label: 'mirror', remote: () => DirectoryStore.open(path) });
}
