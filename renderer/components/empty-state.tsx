import type { ReactNode } from 'react';
import type { LucideIcon } from 'lucide-react';
import './empty-state.css';

/** What a list says when it has nothing: what belongs here, and the one thing to do about it. */
export const EmptyState = ({
  icon: Icon,
  title,
  children,
  action,
}: {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) => (
  <div className="empty-state">
    <span className="empty-tile">
      <Icon size={24} strokeWidth={1.5} aria-hidden />
    </span>
    <p className="empty-title">{title}</p>
    {children ? <p className="empty-text">{children}</p> : null}
    {action ? <div className="empty-action">{action}</div> : null}
  </div>
);
