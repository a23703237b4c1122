/** The keys that work everywhere in an open vault. One table: the handler, the palette and the help sheet read it. */
export const isMac: boolean = typeof navigator !== 'undefined' && navigator.userAgent.includes('Mac');

export type ShortcutName =
  | 'palette'
  | 'new-secret'
  | 'new-project'
  | 'search'
  | 'lock'
  | 'settings'
  | 'edit'
  | 'save'
  | 'copy'
  | 'undo'
  | 'secrets'
  | 'projects'
  | 'people'
  | 'nodes'
  | 'activity'
  | 'next-pane'
  | 'previous-pane'
  | 'help';

export type Shortcut = Readonly<{
  name: ShortcutName;
  label: string;
  /** `mod` is Cmd on a Mac and Ctrl elsewhere */
  keys: readonly string[];
  /** also while a person types in a field */
  inFields: boolean;
}>;

export const shortcuts: readonly Shortcut[] = [
  { name: 'palette', label: 'Command palette', keys: ['mod', 'k'], inFields: true },
  { name: 'search', label: 'Search', keys: ['mod', 'f'], inFields: true },
  { name: 'new-secret', label: 'New secret', keys: ['mod', 'n'], inFields: true },
  { name: 'new-project', label: 'New project', keys: ['mod', 'shift', 'n'], inFields: true },
  { name: 'lock', label: 'Lock', keys: ['mod', 'l'], inFields: true },
  { name: 'edit', label: 'Edit the open secret', keys: ['mod', 'e'], inFields: true },
  { name: 'save', label: 'Save', keys: ['mod', 's'], inFields: true },
  { name: 'copy', label: 'Copy the password', keys: ['mod', 'shift', 'c'], inFields: true },
  { name: 'undo', label: 'Undo', keys: ['mod', 'z'], inFields: false },
  { name: 'secrets', label: 'Go to Secrets', keys: ['mod', '1'], inFields: true },
  { name: 'projects', label: 'Go to Projects', keys: ['mod', '2'], inFields: true },
  { name: 'people', label: 'Go to People', keys: ['mod', '3'], inFields: true },
  { name: 'nodes', label: 'Go to Nodes', keys: ['mod', '4'], inFields: true },
  { name: 'activity', label: 'Go to Activity', keys: ['mod', '5'], inFields: true },
  { name: 'settings', label: 'Settings', keys: ['mod', ','], inFields: true },
  { name: 'next-pane', label: 'Next pane', keys: ['f6'], inFields: true },
  { name: 'previous-pane', label: 'Previous pane', keys: ['shift', 'f6'], inFields: true },
  { name: 'help', label: 'Keyboard shortcuts', keys: ['mod', '/'], inFields: true },
];

type KeyPress = Readonly<{ key: string; ctrlKey: boolean; metaKey: boolean; shiftKey: boolean; altKey: boolean }>;

/** Which shortcut a key press is, if any. */
export const shortcutOf = (press: KeyPress, inField: boolean, mac = isMac): ShortcutName | null => {
  if (press.altKey || (mac ? press.ctrlKey : press.metaKey)) return null;
  const mod = mac ? press.metaKey : press.ctrlKey;
  const key = press.key.toLowerCase();
  const found = shortcuts.find(
    ({ keys, inFields }) =>
      keys.at(-1) === key &&
      keys.includes('mod') === mod &&
      keys.includes('shift') === press.shiftKey &&
      (inFields || !inField),
  );
  return found?.name ?? null;
};

const printed: Readonly<Record<string, readonly [mac: string, other: string]>> = {
  mod: ['⌘', 'Ctrl'],
  shift: ['⇧', 'Shift'],
};

export const printKeys = (name: ShortcutName, mac = isMac): readonly string[] =>
  (shortcuts.find((shortcut) => shortcut.name === name)?.keys ?? []).map(
    (key) => printed[key]?.[mac ? 0 : 1] ?? key.toUpperCase(),
  );
