import {
  Braces,
  Cloud,
  FolderLock,
  GitBranch,
  KeyRound,
  Plug,
  SquareTerminal,
  StickyNote,
  Timer,
  type LucideIcon,
} from 'lucide-react';
import type { SecretType } from '../../app/model/secret.js';
import './secret-icon.css';

export const secretIcons: Readonly<Record<SecretType, LucideIcon>> = {
  credentials: KeyRound,
  aws: Cloud,
  git: GitBranch,
  project: FolderLock,
  'api-token': Plug,
  'ssh-key': SquareTerminal,
  note: StickyNote,
  totp: Timer,
  env: Braces,
};

export const SecretIcon = ({ type, large = false }: { type: SecretType; large?: boolean }) => {
  const Icon = secretIcons[type];
  return (
    <span className={large ? 'tile tile-large' : 'tile'} aria-hidden>
      <Icon size={large ? 24 : 16} strokeWidth={large ? 1.75 : 2} />
    </span>
  );
};
