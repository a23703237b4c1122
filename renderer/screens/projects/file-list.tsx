import type { KeyboardEvent } from 'react';
import { FolderOpen, Search, Trash2, Upload } from 'lucide-react';
import type { VaultError } from '../../../app/errors.js';
import type { FileEntry } from '../../../app/model/project.js';
import { Button } from '../../components/button.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorNote } from '../../components/error-note.js';
import { VirtualList } from '../../components/virtual-list.js';
import { WaitsMark } from '../../components/waits-mark.js';
import { parentOf, rowKey } from '../../state/file-tree.js';
import { loadFiles, searchFiles, selectFiles, uploadPicked } from '../../state/files.js';
import { formatBytes, formatCount, formatDay } from '../../state/format.js';
import { readOnlyReason } from '../../state/project-rights.js';
import { showFront } from '../../state/route.js';
import type { Selection } from '../../state/selection.js';
import { FileIcon } from './file-icon.js';

const rowHeight = 48;

type Sums = ReadonlyMap<string, { files: number; bytes: number }>;
type ListState = Readonly<{
  loaded: boolean;
  error: VaultError | null;
  search: string;
  trash: boolean;
  folder: string;
  /** whether this account may change files here */
  writable: boolean;
}>;

const Row = ({ entry, sums, withPath }: { entry: FileEntry; sums: Sums; withPath: boolean }) => {
  const sum = sums.get(entry.path);
  const size = entry.kind === 'folder' ? formatCount(sum?.files ?? 0, 'file') : formatBytes(entry.size);
  const where = withPath ? parentOf(entry.path) : '';
  return (
    <>
      <FileIcon entry={entry} />
      <span className="row-text">
        <span className="row-name truncate" title={entry.name}>
          {entry.name}
        </span>
        {where === '' ? null : (
          <span className="quiet small truncate" title={where}>
            {where}
          </span>
        )}
      </span>
      <WaitsMark id={entry.id} />
      <span className="quiet small file-size">{size}</span>
      <span className="quiet small file-day">{entry.kind === 'file' ? formatDay(entry.modified) : ''}</span>
    </>
  );
};

const Nothing = ({ projectId, state }: { projectId: string; state: ListState }) => {
  if (state.trash)
    return (
      <EmptyState icon={Trash2} title="The trash is empty">
        Files you delete from this project wait here.
      </EmptyState>
    );
  if (state.search.trim() !== '')
    return (
      <EmptyState
        icon={Search}
        title="Nothing found"
        action={<Button onClick={() => searchFiles('')}>Clear search</Button>}
      >
        Nothing here has a name like that.
      </EmptyState>
    );
  if (!state.writable)
    return (
      <EmptyState icon={FolderOpen} title={state.folder === '' ? 'No files yet' : 'This folder is empty'}>
        {readOnlyReason}
      </EmptyState>
    );
  return (
    <EmptyState
      icon={state.folder === '' ? Upload : FolderOpen}
      title={state.folder === '' ? 'Drop files or folders here' : 'This folder is empty'}
      action={
        <>
          <Button onClick={() => void uploadPicked(projectId, state.folder, 'files')}>Choose files…</Button>
          <Button onClick={() => void uploadPicked(projectId, state.folder, 'folder')}>Choose a folder…</Button>
        </>
      }
    >
      They are encrypted on this computer before they are stored.
    </EmptyState>
  );
};

export const FileList = ({
  shown,
  sums,
  selection,
  state,
  projectId,
  overKey,
  rowDrop,
  onOpen,
  onUp,
  onTrash,
  onRename,
  onDragOut,
}: {
  shown: readonly FileEntry[];
  sums: Sums;
  selection: Selection;
  state: ListState;
  projectId: string;
  overKey: string | null;
  rowDrop: ((path: string) => Record<string, unknown>) | null;
  onOpen: (entry: FileEntry) => void;
  onUp: () => void;
  onTrash: () => void;
  onRename: () => void;
  onDragOut: (entry: FileEntry) => void;
}) => {
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Delete') onTrash();
    else if (event.key === 'F2') onRename();
    else if (event.key === 'Backspace' || event.key === 'ArrowLeft') onUp();
  };
  const rowProps = (entry: FileEntry): Record<string, unknown> => {
    const isFile = entry.kind === 'file' && !entry.trashed;
    const drag = {
      draggable: true,
      onDragStart: (event: DragEvent) => {
        event.preventDefault();
        onDragOut(entry);
      },
    };
    const open = (event: MouseEvent) => {
      if (isFile && !event.shiftKey && !event.ctrlKey && !event.metaKey) showFront('detail');
    };
    const target = entry.kind === 'folder' && rowDrop ? rowDrop(entry.path) : {};
    return { 'data-over': overKey === `/${entry.path}`, onClickCapture: open, ...target, ...(isFile ? drag : {}) };
  };
  if (state.error)
    return (
      <div className="pane-note">
        <ErrorNote error={state.error} onRetry={() => void loadFiles(projectId)} />
      </div>
    );
  if (shown.length === 0) return state.loaded ? <Nothing projectId={projectId} state={state} /> : null;
  return (
    <VirtualList
      label={state.trash ? 'Files in the trash' : 'Files'}
      items={shown}
      rowHeight={rowHeight}
      keyOf={rowKey}
      nameOf={(entry) => entry.name}
      selection={selection}
      onSelect={selectFiles}
      onOpen={onOpen}
      onKey={onKey}
      rowProps={rowProps}
    >
      {(entry) => <Row entry={entry} sums={sums} withPath={state.trash || state.search.trim() !== ''} />}
    </VirtualList>
  );
};
