import { Lock } from 'lucide-react';
import { baseName } from '../../state/file-tree.js';

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
