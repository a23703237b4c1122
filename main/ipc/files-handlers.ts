import type { Handlers } from '../../app/contract/index.js';
import { VaultError } from '../../app/errors.js';
import type { Vault } from '../vault/vault.js';
import type { PathHandles } from './path-handles.js';
import type { Computer } from './ports.js';
import { decodeText, formOfName, noForm, textForm } from './preview-kinds.js';
import type { SingleSaves } from './single-saves.js';
import type { VaultHost } from './vault-host.js';

/** Text that comes along with a preview, in bytes. */
const mostTextBytes = 1_048_576;
/** Chromium's PDF viewer without its toolbar, whose title would be the token and whose download goes nowhere. */
const plainPdfView = '#toolbar=0&navpanes=0&view=FitH';

type FilesComputer = Pick<Computer, 'dialogs' | 'previews' | 'dragOut'>;

export const filesHandlers = (
  host: VaultHost,
  computer: FilesComputer,
  handles: PathHandles,
  saves: SingleSaves,
): Handlers['files'] => {
  const files = () => host.vault().files;
  return {
    list: ({ projectId }) => ({ entries: files().list(projectId) }),
    pick: async ({ kind }) => {
      const paths = await computer.dialogs.pickSources(kind);
      return { sources: paths.map((path) => handles.register(path)) };
    },
    upload: ({ projectId, folder, handles: picked }) => {
      const sources = picked.map((handle) => handles.resolve(handle));
      return { transferId: files().upload(projectId, folder, sources).id };
    },
    resume: ({ transferId }) => ({ transferId: files().resume(transferId).id }),
    cancel: ({ transferId }) => {
      if (!saves.cancel(transferId)) files().cancel(transferId);
      return {};
    },
    dismiss: async ({ transferId }) => (saves.dismiss(transferId) ? {} : done(files().dismiss(transferId))),
    transfers: () => ({ transfers: [...files().transfers(), ...saves.transfers()] }),
    createFolder: ({ projectId, path }) => files().createFolder(projectId, path),
    move: async ({ projectId, from, to }) => done(files().move(projectId, from, to)),
    trash: async ({ projectId, paths }) => done(files().trash(projectId, paths)),
    restore: async ({ projectId, ids }) => done(files().restore(projectId, ids)),
    purge: async ({ projectId, ids }) => done(files().purge(projectId, ids)),
    history: async ({ projectId, id }) => ({ versions: await files().history(projectId, id) }),
    restoreVersion: ({ projectId, id, version }) => files().restoreVersion(projectId, id, version),
    preview: ({ projectId, id, version }) => preview(host.vault(), computer, { projectId, id, version }),
    save: (request) => save(host.vault(), computer, saves, request),
    dragOut: async ({ projectId, id }) => {
      const vault = host.vault();
      const entry = await entryOf(vault, projectId, id);
      return done(computer.dragOut.start(vault, projectId, id, entry.name));
    },
    verify: ({ projectId }) => ({ transferId: files().verify(projectId).id }),
  };
};

type FileAddress = Readonly<{ projectId: string; id: string; version?: number | undefined }>;
type SizedFile = Readonly<{ name: string; size: number }>;

const entryOf = async (vault: Vault, projectId: string, id: string, version?: number): Promise<SizedFile> => {
  const entry = vault.files.list(projectId).find((candidate) => candidate.id === id);
  if (entry?.kind !== 'file') throw new VaultError('not-found', 'There is no such file.');
  if (version === undefined || version === entry.version) return entry;
  const earlier = (await vault.files.history(projectId, id)).find((candidate) => candidate.version === version);
  if (!earlier) throw new VaultError('not-found', 'There is no such version.');
  return { name: earlier.path.slice(earlier.path.lastIndexOf('/') + 1), size: earlier.size };
};

const preview = async (vault: Vault, { previews }: FilesComputer, { projectId, id, version }: FileAddress) => {
  const { name, size } = await entryOf(vault, projectId, id, version);
  const form = formOfName(name);
  if (form) {
    const url = previews.publish({ vault, projectId, id, version, size, mime: form.mime });
    return { ...form, url: form.kind === 'pdf' ? `${url}${plainPdfView}` : url, text: '', truncated: false };
  }
  const head = await vault.files.readRange(
    projectId,
    id,
    { start: 0, endExclusive: Math.min(size, mostTextBytes) },
    version,
  );
  const text = decodeText(head);
  if (text === null) return { ...noForm, url: '', text: '', truncated: false };
  return { ...textForm, url: '', text, truncated: size > mostTextBytes };
};

type SaveRequest = Readonly<{ projectId: string; paths: readonly string[]; version?: number | undefined }>;

/** One file goes where the save dialog says; several, or a folder, go below a folder the person picks. */
const save = async (
  vault: Vault,
  { dialogs }: FilesComputer,
  saves: SingleSaves,
  { projectId, paths, version }: SaveRequest,
): Promise<{ transferId: string | null }> => {
  const only = paths.length === 1 && paths[0] !== undefined ? vault.files.resolve(projectId, paths[0]) : null;
  if (only?.kind === 'file') {
    const target = await dialogs.saveFile('Save the file', only.name);
    return { transferId: target === null ? null : saves.start(vault, projectId, only, target, version) };
  }
  const folder = await dialogs.pickFolder('Where should they be saved?', 'Save here');
  return { transferId: folder === null ? null : vault.files.save(projectId, paths, folder).id };
};

const done = async (work: Promise<void>): Promise<Record<string, never>> => {
  await work;
  return {};
};
