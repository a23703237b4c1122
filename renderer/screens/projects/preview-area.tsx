import { useEffect } from 'react';
import { CloudOff, EyeOff, Folder } from 'lucide-react';
import type { FileEntry } from '../../../app/model/project.js';
import { Button } from '../../components/button.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorNote } from '../../components/error-note.js';
import { goToFolder } from '../../state/route.js';
import { retryPreview, usePreview, type Preview } from '../../state/preview.js';
import { isFar, useSync } from '../../state/sync.js';
import { absentWords } from '../../state/sync-words.js';

const Media = ({ preview, name }: { preview: Preview; name: string }) =>
  preview.mime.startsWith('audio/') ? (
    <audio className="preview-audio" controls src={preview.url} aria-label={name} />
  ) : (
    <video className="preview-video" controls src={preview.url} aria-label={name} />
  );

const Content = ({ preview, name }: { preview: Preview; name: string }) => {
  switch (preview.kind) {
    case 'text':
      return (
        <div className="preview-text" tabIndex={0} role="region" aria-label={`Text of ${name}`}>
          <pre className="mono selectable">{preview.text}</pre>
          {preview.truncated ? (
            <p className="quiet small">Only the beginning is shown. Save the file to see all of it.</p>
          ) : null}
        </div>
      );
    case 'image':
      return (
        <div className="preview-image">
          <img src={preview.url} alt={name} draggable={false} />
        </div>
      );
    case 'pdf':
      return <iframe className="preview-pdf" src={preview.url} title={name} />;
    case 'media':
      return <Media preview={preview} name={name} />;
    case 'none':
      return (
        <EmptyState icon={EyeOff} title="No preview">
          This kind of file cannot be shown here. Save it, or drag it out of the list.
        </EmptyState>
      );
  }
};

/** What was never fetched, and cannot be now: no failure, and it comes by itself. */
const Absent = ({ projectId, entry, message }: { projectId: string; entry: FileEntry; message: string }) => {
  const state = useSync(({ status }) => status?.state ?? 'offline');
  const answers = state === 'current' || state === 'working';
  useEffect(() => {
    if (answers) void retryPreview(projectId, entry);
  }, [answers, projectId, entry]);
  return (
    <EmptyState icon={CloudOff} title="Not on this computer yet">
      {absentWords(state, message)}
    </EmptyState>
  );
};

/** The content of a file, decrypted in memory; nothing is written to disk. */
export const PreviewArea = ({ projectId, entry }: { projectId: string; entry: FileEntry }) => {
  const { preview, error } = usePreview();
  const far = useSync(isFar);
  if (entry.kind === 'folder')
    return (
      <EmptyState
        icon={Folder}
        title="A folder"
        action={entry.trashed ? null : <Button onClick={() => goToFolder(projectId, entry.path)}>Open</Button>}
      />
    );
  if (far && error?.code === 'store-unreachable')
    return <Absent projectId={projectId} entry={entry} message={error.message} />;
  if (error)
    return (
      <div className="preview-note">
        <ErrorNote error={error} />
      </div>
    );
  return preview ? <Content preview={preview} name={entry.name} /> : <div className="preview-text" />;
};
