import type { ReactNode } from 'react';
import { X } from 'lucide-react';
import './tag.css';

export const Tag = ({ children, onRemove }: { children: string; onRemove?: () => void }) => (
  <span className="tag">
    <span className="truncate" title={children}>
      {children}
    </span>
    {onRemove ? (
      <button type="button" aria-label={`Remove tag ${children}`} onClick={onRemove}>
        <X size={12} aria-hidden />
      </button>
    ) : null}
  </span>
);

/** A word beside a name that says something about it. */
export const Badge = ({ look = 'plain', children }: { look?: 'plain' | 'accent' | 'warn'; children: ReactNode }) => (
  <span className="badge" data-look={look}>
    {children}
  </span>
);
