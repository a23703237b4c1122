import { useMemo } from 'react';
import { FolderLock, type LucideIcon } from 'lucide-react';
import { secretIcons } from '../../components/secret-icon.js';
import { tellFailure } from '../../state/attempt.js';
import { matching } from '../../state/matching.js';
import { useProjects } from '../../state/projects.js';
import { goToFolder } from '../../state/route.js';
import { useSecrets } from '../../state/secrets.js';
import type { ShortcutName } from '../../state/shortcuts.js';
import { showSecret } from '../../state/show-secret.js';
import { visibleSecrets } from '../../state/visible-secrets.js';
import { commands } from './commands.js';

/** One row of the palette. */
export type Result = Readonly<{
  key: string;
  label: string;
  more?: string;
  icon: LucideIcon;
  shortcut?: ShortcutName;
  run: () => void;
}>;

export type ResultGroup = Readonly<{ name: string; results: readonly Result[] }>;

const mostSecrets = 8;
const mostProjects = 4;
const commandGroups = ['This project', 'Create', 'Go to', 'Vault'] as const;

/** What fits a text, in groups that are never empty: secrets and projects first, then what can be done. */
export const useResults = (text: string): readonly ResultGroup[] => {
  const items = useSecrets((state) => state.items);
  const projects = useProjects((state) => state.items);
  const secrets = useMemo(() => visibleSecrets(items, { kind: 'all' }, null, 'name'), [items]);
  const available = useMemo(() => commands(), []);
  return useMemo(() => {
    const foundSecrets =
      text === '' ? [] : matching(secrets, text, (item) => [item.name, item.subtitle, ...item.tags], mostSecrets);
    const foundCommands = matching(available, text, (item) => [item.label], available.length);
    const groups: ResultGroup[] = [
      {
        name: 'Secrets',
        results: foundSecrets.map(({ id, name, subtitle, type }) => ({
          key: id,
          label: name,
          more: subtitle,
          icon: secretIcons[type],
          run: () => void showSecret(id).catch(tellFailure),
        })),
      },
      {
        name: 'Projects',
        results: matching(projects, text, (item) => [item.name], mostProjects).map(({ id, name }) => ({
          key: id,
          label: name,
          icon: FolderLock,
          run: () => goToFolder(id),
        })),
      },
      ...commandGroups.map((name) => ({
        name,
        results: foundCommands
          .filter((command) => command.group === name)
          .map((command): Result => ({ ...command, key: command.label })),
      })),
    ];
    return groups.filter((group) => group.results.length > 0);
  }, [text, secrets, projects, available]);
};
