import type { Handlers } from '../../app/contract/index.js';
import { VaultError } from '../../app/errors.js';
import type { FileEntry, Transfer } from '../../app/model/project.js';
import { hexId, me } from './fake-data.js';
import type { World } from './world.js';

const readme = `# Protein folding dataset

Chains measured between January and March. Every file is encrypted on the
machine that produced it; see config.yaml for the pipeline.

    uv run fold --input raw/2026-01 --seed 42
`;

const picture = '/embedding.svg';

const previewOf = (entry: FileEntry) => {
  const extension = entry.name.slice(entry.name.lastIndexOf('.') + 1);
  const none = { url: '', text: '', truncated: false };
  if (extension === 'svg') return { ...none, kind: 'image' as const, mime: 'image/svg+xml', url: picture };
  if (extension === 'pdf') return { ...none, kind: 'pdf' as const, mime: 'application/pdf', url: '/model-card.html' };
  if (extension === 'mp4') return { ...none, kind: 'media' as const, mime: 'video/mp4', url: '/interview.mp4' };
  if (['md', 'yaml', 'csv', 'jsonl', 'txt'].includes(extension))
    return { ...none, kind: 'text' as const, mime: 'text/plain', text: readme, truncated: extension === 'jsonl' };
  return { ...none, kind: 'none' as const, mime: 'application/octet-stream' };
};

export const fakeFiles = (world: World): Handlers['files'] => {
  const find = (id: string): FileEntry => {
    const entry = world.files.find((one) => one.id === id);
    if (!entry) throw new VaultError('not-found');
    return entry;
  };
  const below = (path: string) => (entry: FileEntry) => entry.path === path || entry.path.startsWith(`${path}/`);
  const changed = (projectId: string) => world.emit('files.changed', { projectId });
  let uploads = 0;
  const upload = (projectId: string, label: string): { transferId: string } => {
    uploads += 1;
    const base: Transfer = {
      id: `up-${uploads}`,
      kind: 'upload',
      projectId,
      state: 'running',
      label,
      files: 1,
      filesDone: 0,
      bytes: 40_000_000,
      bytesDone: 0,
      current: [],
      failures: [],
      failedFiles: 0,
    };
    world.transfers.unshift(base);
    const step = (done: number): void => {
      const next: Transfer = {
        ...base,
        bytesDone: done,
        ...(done >= base.bytes ? { state: 'done' as const, filesDone: 1 } : {}),
      };
      world.transfers = world.transfers.map((one) => (one.id === base.id ? next : one));
      world.emit('files.transfer', next);
      if (next.state !== 'done') setTimeout(() => step(done + 8_000_000), 150);
    };
    setTimeout(() => step(0));
    return { transferId: base.id };
  };
  return {
    list: ({ projectId }) => ({ entries: [hexId(0x2001), hexId(0x2003)].includes(projectId) ? world.files : [] }),
    pick: ({ kind }) => ({ sources: [{ handle: 'picked', name: kind === 'files' ? 'picked.bin' : 'picked folder' }] }),
    upload: ({ projectId, handles }) =>
      upload(projectId, handles.length === 1 ? 'picked.bin' : `${handles.length} items`),
    resume: ({ transferId }) => ({ transferId }),
    cancel: ({ transferId }) => {
      world.transfers = world.transfers.map((one) => (one.id === transferId ? { ...one, state: 'cancelled' } : one));
      world.transfers.forEach((one) => world.emit('files.transfer', one));
      return {};
    },
    dismiss: ({ transferId }) => {
      world.transfers = world.transfers.filter((one) => one.id !== transferId);
      return {};
    },
    transfers: () => ({ transfers: world.transfers }),
    createFolder: ({ projectId, path }) => {
      if (world.files.some((entry) => entry.path === path && !entry.trashed)) throw new VaultError('already-exists');
      const entry: FileEntry = {
        id: hexId(0x5000 + world.files.length),
        version: 1,
        kind: 'folder',
        path,
        name: path.slice(path.lastIndexOf('/') + 1),
        size: 0,
        modified: new Date().toISOString(),
        trashed: false,
      };
      world.files.push(entry);
      changed(projectId);
      return entry;
    },
    move: ({ projectId, from, to }) => {
      world.files = world.files.map((entry) => {
        if (entry.trashed || !below(from)(entry)) return entry;
        const path = to + entry.path.slice(from.length);
        return { ...entry, path, name: path.slice(path.lastIndexOf('/') + 1) };
      });
      changed(projectId);
      return {};
    },
    trash: ({ projectId, paths }) => {
      world.files = world.files.map((entry) =>
        paths.some((path) => below(path)(entry)) ? { ...entry, trashed: true } : entry,
      );
      changed(projectId);
      return {};
    },
    restore: ({ projectId, ids }) => {
      world.files = world.files.map((entry) => (ids.includes(entry.id) ? { ...entry, trashed: false } : entry));
      changed(projectId);
      return {};
    },
    purge: ({ projectId, ids }) => {
      world.files = world.files.filter((entry) => !ids.includes(entry.id));
      changed(projectId);
      return {};
    },
    history: ({ id }) => {
      const { path, size, version, modified } = find(id);
      return {
        versions: [3, 2, 1]
          .map((back) => ({
            version: version - back + 1 > 0 ? version - back + 1 : back,
            time: modified,
            author: me,
            path,
            size: size - back * 10,
            trashed: false,
            newContent: back !== 2,
          }))
          .slice(3 - version),
      };
    },
    restoreVersion: ({ id }) => find(id),
    preview: ({ id }) => previewOf(find(id)),
    save: () => ({ transferId: null }),
    dragOut: () => ({}),
    verify: ({ projectId }) => upload(projectId, 'Verifying all files'),
  };
};
