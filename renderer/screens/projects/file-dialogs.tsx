import { useMemo, useState } from 'react';
import type { FileEntry } from '../../../app/model/project.js';
import type { VaultError } from '../../../app/errors.js';
import { Button } from '../../components/button.js';
import { Confirm } from '../../components/confirm.js';
import { Dialog } from '../../components/dialog.js';
import { ErrorNote } from '../../components/error-note.js';
import { SelectField } from '../../components/field.js';
import { asVaultError } from '../../state/error-advice.js';
import { joinPath, moveTargets, parentOf } from '../../state/file-tree.js';
import { createFolder, moveInto, purgeFiles, renameFile, useFiles } from '../../state/files.js';
import { formatCount } from '../../state/format.js';
import { NameDialog } from './name-dialog.js';

export type FileDialog =
  | { kind: 'folder' }
  | { kind: 'rename'; entry: FileEntry }
  | { kind: 'move'; paths: readonly string[] }
  | { kind: 'purge'; ids: readonly string[] };

/** A name is one step of a path. */
const checkName = (name: string): string | null => {
  if (name.includes('/')) return 'A name has no “/”.';
  return name === '.' || name === '..' ? 'This name means something else to computers.' : null;
};

const Move = ({ projectId, paths, onClose }: { projectId: string; paths: readonly string[]; onClose: () => void }) => {
  const entries = useFiles((state) => state.entries);
  const targets = useMemo(() => moveTargets(entries, paths), [entries, paths]);
  const [folder, setFolder] = useState(parentOf(paths[0] ?? ''));
  const [error, setError] = useState<VaultError | null>(null);
  const move = async () => {
    try {
      await moveInto(projectId, paths, folder);
      onClose();
    } catch (failure) {
      setError(asVaultError(failure));
    }
  };
  return (
    <Dialog
      title={`Move ${formatCount(paths.length, 'item')}`}
      onClose={onClose}
      onSubmit={() => void move()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" submit>
            Move
          </Button>
        </>
      }
    >
      {error ? <ErrorNote error={error} /> : null}
      <SelectField
        label="To"
        value={folder}
        options={targets.map((path) => [path, path === '' ? 'Top of the project' : path] as const)}
        onValue={setFolder}
      />
    </Dialog>
  );
};

/** The dialogs of a project's files, whichever is open. */
export const FileDialogs = ({
  projectId,
  folder,
  dialog,
  onClose,
}: {
  projectId: string;
  folder: string;
  dialog: FileDialog;
  onClose: () => void;
}) => {
  switch (dialog.kind) {
    case 'folder':
      return (
        <NameDialog
          title="New folder"
          label="Folder name"
          yes="Create folder"
          check={checkName}
          onSave={(name) => createFolder(projectId, joinPath(folder, name))}
          onClose={onClose}
        />
      );
    case 'rename':
      return (
        <NameDialog
          title={dialog.entry.kind === 'folder' ? 'Rename folder' : 'Rename file'}
          label="Name"
          yes="Rename"
          initial={dialog.entry.name}
          check={checkName}
          onSave={(name) => renameFile(projectId, dialog.entry.path, name)}
          onClose={onClose}
        />
      );
    case 'move':
      return <Move projectId={projectId} paths={dialog.paths} onClose={onClose} />;
    case 'purge':
      return (
        <Confirm
          title={`Delete ${formatCount(dialog.ids.length, 'file')} for good?`}
          yes="Delete for good"
          onYes={() => void purgeFiles(projectId, dialog.ids)}
          onClose={onClose}
        >
          All versions will be deleted from the vault. This cannot be undone.
        </Confirm>
      );
  }
};
