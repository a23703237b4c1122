import type { LucideIcon } from 'lucide-react';
import type { ShortcutName } from '../../state/shortcuts.js';

/** Something that the palette can do. */
export type Command = Readonly<{
  label: string;
  group: 'Create' | 'This project' | 'In projects' | 'Go to' | 'Vault';
  icon: LucideIcon;
  shortcut?: ShortcutName;
  run: () => void;
}>;
