import { useEffect, useMemo, useState } from 'react';
import { useFiles, loadFiles, selectFiles, uploadDropped, trashFiles, dragOut } from '../../state/files.js';
import { childrenOf, folderSums, parentOf, rowKey, trashedOf } from '../../state/file-tree.js';
import { openPreview } from '../../state/preview.js';
import { goToFolder, showFront, useRoute } from '../../state/route.js';
import { selectOne, within } from '../../state/selection.js';
import { tellFailure } from '../../state/attempt.js';
import { mayWrite } from '../../state/project-rights.js';
import { useProjects } from '../../state/projects.js';
import { BrowserHead } from './browser-head.js';
import { DropOverlay, RefusedOverlay } from './drop-overlay.js';
import { FileDetail } from './file-detail.js';
import { FileDialogs, type FileDialog } from './file-dialogs.js';
import { FileList } from './file-list.js';
import { useDrop } from './use-drop.js';

const useEntries = (projectId: string) => {
  const route = useRoute((state) => state.route);
  const { folder, trash } = route.room === 'projects' ? route : { folder: '', trash: false };
  const files = useFiles();
  const { entries, search, sort, selection } = files;
  useEffect(() => {
    void loadFiles(projectId).catch(tellFailure);
  }, [projectId]);
  const shown = useMemo(
    () => (trash ? trashedOf(entries) : childrenOf(entries, folder, search, sort)),
    [entries, folder, trash, search, sort],
  );
  const order = useMemo(() => shown.map(rowKey), [shown]);
  const sums = useMemo(() => folderSums(entries), [entries]);
  const kept = useMemo(() => within(selection, order), [selection, order]);
  return { ...files, folder, trash, shown, sums, selection: kept };
};

/** The files of a project: folders to walk through, a preview, and the whole pane a drop target. */
export const Browser = ({ projectId }: { projectId: string }) => {
  const { folder, trash, shown, sums, selection, loaded, error, search } = useEntries(projectId);
  const project = useProjects((state) => state.items.find((item) => item.id === projectId));
  const front = useRoute((state) => state.front);
  const [dialog, setDialog] = useState<FileDialog | null>(null);
  const active = shown.find((entry) => rowKey(entry) === selection.active) ?? null;
  const chosen = shown.filter((entry) => selection.ids.has(rowKey(entry)));

  useEffect(() => {
    void openPreview(projectId, active).catch(tellFailure);
  }, [projectId, active]);

  const writable = mayWrite(project?.role);
  const mayDrop = !trash && writable;
  const { overKey, dropProps } = useDrop(
    (key, files) => void uploadDropped(projectId, key.slice(1), files),
    () => writable,
  );

  const toList = () => {
    showFront('list');
    document.querySelector<HTMLElement>('[data-list]')?.focus();
  };
  const goUp = () => {
    if (folder === '') return;
    goToFolder(projectId, parentOf(folder));
    selectFiles(selectOne(folder));
  };

  return (
    <div className="browser" data-front={front} data-drop-target {...(trash ? {} : dropProps(`/${folder}`))}>
      <section className="list-pane file-pane" aria-label="Files" data-pane>
        <BrowserHead projectId={projectId} folder={folder} trash={trash} writable={writable} onDialog={setDialog} />
        <FileList
          shown={shown}
          sums={sums}
          selection={selection}
          state={{ loaded, error, search, trash, folder, writable }}
          projectId={projectId}
          overKey={overKey}
          rowDrop={mayDrop ? (path) => dropProps(`/${path}`) : null}
          onOpen={(entry) => {
            if (entry.kind === 'folder' && !trash) goToFolder(projectId, entry.path);
            else showFront('detail');
          }}
          onUp={goUp}
          onTrash={() => {
            if (mayDrop)
              void trashFiles(
                projectId,
                chosen.map((entry) => entry.path),
              );
          }}
          onRename={() => {
            if (active && mayDrop) setDialog({ kind: 'rename', entry: active });
          }}
          onDragOut={(entry) => void dragOut(projectId, entry.id)}
        />
        {overKey !== `/${folder}` ? null : writable ? (
          <DropOverlay project={project?.name ?? ''} folder={folder} />
        ) : (
          <RefusedOverlay />
        )}
      </section>
      <section
        className="detail-pane preview-pane"
        aria-label="Preview"
        data-pane
        onKeyDown={(event) => {
          if (event.key === 'Escape' && !event.defaultPrevented) toList();
        }}
      >
        <FileDetail
          projectId={projectId}
          entry={active}
          chosen={chosen}
          inTrash={trash}
          writable={writable}
          sums={sums}
          onDialog={setDialog}
          onBack={toList}
        />
      </section>
      {dialog ? (
        <FileDialogs projectId={projectId} folder={folder} dialog={dialog} onClose={() => setDialog(null)} />
      ) : null}
    </div>
  );
};
