import { ArrowLeft, Download, RotateCcw } from 'lucide-react';
import type { FileEntry, FileVersion } from '../../../app/model/project.js';
import { IconButton } from '../../components/button.js';
import { Badge } from '../../components/tag.js';
import { saveFiles } from '../../state/files.js';
import { formatBytes, formatTime } from '../../state/format.js';
import { closeFileHistory, restoreFileVersion } from '../../state/preview.js';

const whatHappened = (version: FileVersion, before: FileVersion | undefined): string => {
  if (version.version === 1) return 'Added';
  if (version.newContent) return 'New content';
  if (version.trashed) return 'Moved to trash';
  if (before?.trashed) return 'Restored';
  return before && before.path !== version.path ? `Moved to ${version.path}` : 'Changed';
};

/** The versions of a file, newest first, each to save or to restore. */
export const FileHistory = ({
  projectId,
  entry,
  versions,
  writable,
}: {
  projectId: string;
  entry: FileEntry;
  versions: readonly FileVersion[];
  /** whether this account may change files here */
  writable: boolean;
}) => (
  <>
    <div className="pane-head">
      <IconButton label="Back to the preview" icon={ArrowLeft} autoFocus onClick={closeFileHistory} />
      <h2 className="truncate" title={entry.name}>
        History of {entry.name}
      </h2>
    </div>
    <ol className="file-versions" aria-label="Versions">
      {versions.map((version, index) => {
        const current = version.version === entry.version;
        return (
          <li key={version.version}>
            <span className="version-dot" aria-hidden data-current={current} />
            <span className="version-text">
              <span className="truncate" title={version.path}>
                {whatHappened(version, versions[index + 1])}
              </span>
              <span className="quiet small">
                Version {version.version} · {formatBytes(version.size)} · {formatTime(version.time)}
              </span>
            </span>
            {current ? (
              <Badge look="accent">Current</Badge>
            ) : writable ? (
              <IconButton
                label={`Restore version ${version.version}`}
                icon={RotateCcw}
                onClick={() => void restoreFileVersion(projectId, entry.id, version.version)}
              />
            ) : null}
            <IconButton
              label={`Save version ${version.version}`}
              icon={Download}
              onClick={() => void saveFiles(projectId, [entry.path], version.version)}
            />
          </li>
        );
      })}
    </ol>
  </>
);
