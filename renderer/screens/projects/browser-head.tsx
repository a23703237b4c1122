import { ArrowLeft, ArrowUpDown, ChevronRight, FileUp, FolderPlus, FolderUp, Plus } from 'lucide-react';
import { Button, IconButton } from '../../components/button.js';
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuLine } from '../../components/menu.js';
import { SearchField } from '../../components/search-field.js';
import { breadcrumbs } from '../../state/file-tree.js';
import { searchFiles, sortFiles, uploadPicked, useFiles } from '../../state/files.js';
import { goToFolder } from '../../state/route.js';
import type { FileDialog } from './file-dialogs.js';

const Crumbs = ({ projectId, folder, trash }: { projectId: string; folder: string; trash: boolean }) => {
  const steps = [
    { name: 'All files', path: '' },
    ...breadcrumbs(folder),
    ...(trash ? [{ name: 'Trash', path: null }] : []),
  ];
  return (
    <nav aria-label="Folders" className="crumbs">
      <ol>
        {steps.map((step, index) => {
          const last = index === steps.length - 1;
          return (
            <li key={step.path ?? 'trash'}>
              {index > 0 ? <ChevronRight size={14} aria-hidden /> : null}
              {last ? (
                <h2 className="truncate" title={step.name} aria-current="page">
                  {step.name}
                </h2>
              ) : (
                <button
                  type="button"
                  className="truncate"
                  title={step.name}
                  onClick={() => goToFolder(projectId, step.path ?? '')}
                >
                  {step.name}
                </button>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
};

const AddMenu = ({
  projectId,
  folder,
  onNewFolder,
}: {
  projectId: string;
  folder: string;
  onNewFolder: () => void;
}) => (
  <Menu
    trigger={
      <Button look="primary" icon={Plus} className="new-button">
        Add
      </Button>
    }
  >
    <MenuItem icon={FileUp} label="Files…" onSelect={() => void uploadPicked(projectId, folder, 'files')} />
    <MenuItem icon={FolderUp} label="A folder…" onSelect={() => void uploadPicked(projectId, folder, 'folder')} />
    <MenuLine />
    <MenuItem icon={FolderPlus} label="New empty folder…" onSelect={onNewFolder} />
  </Menu>
);

const sorts = [
  ['name', 'Name'],
  ['modified', 'Last changed'],
  ['size', 'Size'],
] as const;

const SortMenu = () => {
  const sort = useFiles((state) => state.sort);
  return (
    <Menu trigger={<IconButton label="Sort" icon={ArrowUpDown} />}>
      <MenuLabel>Sort by</MenuLabel>
      {sorts.map(([value, label]) => (
        <MenuChoice key={value} label={label} checked={sort === value} onSelect={() => sortFiles(value)} />
      ))}
    </Menu>
  );
};

export const BrowserHead = ({
  projectId,
  folder,
  trash,
  writable,
  onDialog,
}: {
  projectId: string;
  folder: string;
  trash: boolean;
  writable: boolean;
  onDialog: (dialog: FileDialog) => void;
}) => {
  const search = useFiles((state) => state.search);
  return (
    <>
      <div className="pane-head browser-head">
        {trash ? (
          <IconButton
            className="back"
            label="Back to the files"
            icon={ArrowLeft}
            onClick={() => goToFolder(projectId)}
          />
        ) : null}
        <Crumbs projectId={projectId} folder={folder} trash={trash} />
        {trash || !writable ? null : (
          <AddMenu projectId={projectId} folder={folder} onNewFolder={() => onDialog({ kind: 'folder' })} />
        )}
      </div>
      {trash ? null : (
        <div className="browser-tools">
          <SearchField label="Search files" value={search} onText={searchFiles} />
          <SortMenu />
        </div>
      )}
    </>
  );
};
