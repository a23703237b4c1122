import { Ban, Lock } from 'lucide-react';
import { baseName } from '../../state/file-tree.js';
import { readOnlyReason } from '../../state/project-rights.js';

/** Says what letting go will do. */
export const DropOverlay = ({ project, folder }: { project: string; folder: string }) => (
  <div className="drop-overlay" role="status">
    <div className="drop-card">
      <Lock size={24} strokeWidth={1.75} aria-hidden />
      <p className="drop-title">Drop to encrypt</p>
      <p className="truncate" title={folder === '' ? project : folder}>
        into {folder === '' ? project : baseName(folder)}
      </p>
    </div>
  </div>
);

/** Says why letting go will do nothing. */
export const RefusedOverlay = () => (
  <div className="drop-overlay" data-refused="true" role="status">
    <div className="drop-card">
      <Ban size={24} strokeWidth={1.75} aria-hidden />
      <p className="drop-title">Nothing can be added here</p>
      <p>{readOnlyReason} Ask an owner or admin for another role.</p>
    </div>
  </div>
);
