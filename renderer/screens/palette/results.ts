import { useMemo } from 'react';
import { FolderLock, Server, UserRound, type LucideIcon } from 'lucide-react';
import { secretIcons } from '../../components/secret-icon.js';
import { tellFailure } from '../../state/attempt.js';
import { matching } from '../../state/matching.js';
import { showMember, useMembers } from '../../state/members.js';
import { useNodes } from '../../state/nodes.js';
import { usePeople } from '../../state/people.js';
import { accessNames } from '../../state/project-rights.js';
import { useProjects } from '../../state/projects.js';
import { goToAccount, goToFolder, useRoute } from '../../state/route.js';
import { useSecrets } from '../../state/secrets.js';
import type { ShortcutName } from '../../state/shortcuts.js';
import { showSecret } from '../../state/show-secret.js';
import { visibleSecrets } from '../../state/visible-secrets.js';
import { commands } from './commands.js';
import { projectCommands } from './project-commands.js';

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
const mostAccounts = 5;
const mostProjectCommands = 6;
const commandGroups = ['This project', 'In projects', 'Create', 'Go to', 'Vault'] as const;

/** People, nodes and the members of the open project whose names fit; none before something is typed. */
const useAccountGroups = (text: string): readonly ResultGroup[] => {
  const people = usePeople((state) => state.items);
  const nodes = useNodes((state) => state.items);
  const members = useMembers();
  const openId = useRoute(({ route }) => (route.room === 'projects' ? route.projectId : null));
  return useMemo(() => {
    if (text === '') return [];
    const inProject = openId !== null && members.projectId === openId ? members.items : [];
    return [
      {
        name: 'Members of this project',
        results: matching(inProject, text, (one) => [one.name], mostAccounts).map(({ id, name, kind, access }) => ({
          key: `member ${id}`,
          label: name,
          more: accessNames[access],
          icon: kind === 'node' ? Server : UserRound,
          run: () => showMember(openId ?? '', id),
        })),
      },
      ...[
        { name: 'People', items: people, icon: UserRound },
        { name: 'Nodes', items: nodes, icon: Server },
      ].map(({ name: group, items, icon }) => ({
        name: group,
        results: matching(items, text, (one) => [one.name], mostAccounts).map(({ id, name, kind, alarm, isSelf }) => ({
          key: id,
          label: name,
          ...(alarm === '' ? (isSelf ? { more: 'You' } : {}) : { more: 'Alarm' }),
          icon,
          run: () => goToAccount(kind, id),
        })),
      })),
    ];
  }, [text, people, nodes, members, openId]);
};

/** What fits a text, in groups that are never empty: secrets, projects, people and nodes first, then what can be done. */
export const useResults = (text: string): readonly ResultGroup[] => {
  const items = useSecrets((state) => state.items);
  const projects = useProjects((state) => state.items);
  const secrets = useMemo(() => visibleSecrets(items, { kind: 'all' }, null, 'name'), [items]);
  const available = useMemo(() => commands(), []);
  const inProjects = useMemo(() => projectCommands(), []);
  const accounts = useAccountGroups(text);
  return useMemo(() => {
    const foundSecrets =
      text === '' ? [] : matching(secrets, text, (item) => [item.name, item.subtitle, ...item.tags], mostSecrets);
    const foundCommands = [
      ...matching(available, text, (item) => [item.label], available.length),
      ...(text === '' ? [] : matching(inProjects, text, (item) => [item.label], mostProjectCommands)),
    ];
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
      ...accounts,
      ...commandGroups.map((name) => ({
        name,
        results: foundCommands
          .filter((command) => command.group === name)
          .map((command, index): Result => ({ ...command, key: `${index} ${command.label}` })),
      })),
    ];
    return groups.filter((group) => group.results.length > 0);
  }, [text, secrets, projects, available, inProjects, accounts]);
};
