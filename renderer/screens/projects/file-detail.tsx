import {
  ArrowLeft,
  Download,
  Ellipsis,
  FolderInput,
  FolderLock,
  History,
  ListChecks,
  Pencil,
  RotateCcw,
  Trash2,
} from 'lucide-react';
import type { FileEntry } from '../../../app/model/project.js';
import { Button, IconButton } from '../../components/button.js';
import { EmptyState } from '../../components/empty-state.js';
import { Menu, MenuItem, MenuLine } from '../../components/menu.js';
import { WaitsLine } from '../../components/waits-line.js';
import { restoreFiles, saveFiles, trashFiles } from '../../state/files.js';
import { formatBytes, formatCount, formatTime } from '../../state/format.js';
import { showFileHistory, usePreview } from '../../state/preview.js';
import type { FileDialog } from './file-dialogs.js';
import { FileHistory } from './file-history.js';
import { FileIcon } from './file-icon.js';
import { PreviewArea } from './preview-area.js';

type Sums = ReadonlyMap<string, { files: number; bytes: number }>;
type DetailProps = Readonly<{
  projectId: string;
  entry: FileEntry | null;
  chosen: readonly FileEntry[];
  inTrash: boolean;
  /** whether this account may change files here */
  writable: boolean;
  sums: Sums;
  onDialog: (dialog: FileDialog) => void;
  onBack: () => void;
}>;

const TrashActions = ({ projectId, chosen, onDialog }: Pick<DetailProps, 'projectId' | 'chosen' | 'onDialog'>) => {
  const ids = chosen.map((entry) => entry.id);
  return (
    <>
      <Button icon={RotateCcw} onClick={() => void restoreFiles(projectId, ids)}>
        Restore
      </Button>
      <Button onClick={() => onDialog({ kind: 'purge', ids })}>Delete for good…</Button>
    </>
  );
};

type ActionProps = Pick<DetailProps, 'projectId' | 'chosen' | 'writable' | 'onDialog'>;

const Actions = ({ projectId, chosen, writable, onDialog }: ActionProps) => {
  const paths = chosen.map((entry) => entry.path);
  const one = chosen.length === 1 ? chosen[0] : undefined;
  return (
    <>
      {writable || one?.kind === 'file' ? (
        <Menu trigger={<IconButton label="File actions" icon={Ellipsis} />}>
          {one && writable ? (
            <MenuItem icon={Pencil} label="Rename…" onSelect={() => onDialog({ kind: 'rename', entry: one })} />
          ) : null}
          {writable ? (
            <MenuItem icon={FolderInput} label="Move…" onSelect={() => onDialog({ kind: 'move', paths })} />
          ) : null}
          {one?.kind === 'file' ? (
            <MenuItem icon={History} label="History" onSelect={() => void showFileHistory(projectId, one.id)} />
          ) : null}
          {writable ? (
            <>
              <MenuLine />
              <MenuItem icon={Trash2} label="Move to trash" danger onSelect={() => void trashFiles(projectId, paths)} />
            </>
          ) : null}
        </Menu>
      ) : null}
      <Button icon={Download} data-first onClick={() => void saveFiles(projectId, paths)}>
        Save…
      </Button>
    </>
  );
};

const Facts = ({ entry, sums }: { entry: FileEntry; sums: Sums }) => {
  const sum = sums.get(entry.path);
  const facts =
    entry.kind === 'folder'
      ? [formatCount(sum?.files ?? 0, 'file'), formatBytes(sum?.bytes ?? 0)]
      : [formatBytes(entry.size), formatTime(entry.modified), `Version ${entry.version}`];
  return (
    <header className="file-head">
      <FileIcon entry={entry} size={24} />
      <div>
        <h2 className="selectable" title={entry.path}>
          {entry.name}
        </h2>
        <p className="quiet small">{facts.join(' · ')}</p>
        <WaitsLine id={entry.id} />
      </div>
    </header>
  );
};

/** What is selected among the files: its preview and what can be done with it. */
export const FileDetail = (props: DetailProps) => {
  const { projectId, entry, chosen, inTrash, writable, sums, onBack } = props;
  const history = usePreview((state) => state.history);
  const back = <IconButton className="back" label="Back to the list" icon={ArrowLeft} onClick={onBack} />;
  if (!entry)
    return (
      <>
        <div className="pane-head">{back}</div>
        <EmptyState icon={FolderLock} title="Nothing selected" />
      </>
    );
  if (history && chosen.length === 1)
    return <FileHistory projectId={projectId} entry={entry} versions={history} writable={writable} />;
  return (
    <>
      <div className="pane-head">
        {back}
        <span className="spacer" />
        {inTrash ? writable ? <TrashActions {...props} /> : null : <Actions {...props} />}
      </div>
      {chosen.length > 1 ? (
        <EmptyState icon={ListChecks} title={`${formatCount(chosen.length, 'item')} selected`}>
          {formatBytes(chosen.reduce((sum, one) => sum + (sums.get(one.path)?.bytes ?? one.size), 0))}
        </EmptyState>
      ) : (
        <div className="file-body">
          <Facts entry={entry} sums={sums} />
          <PreviewArea projectId={projectId} entry={entry} />
        </div>
      )}
    </>
  );
};
