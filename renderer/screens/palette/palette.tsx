import { useMemo, useState } from 'react';
import { Command as Cmdk } from 'cmdk';
import { FolderLock, Search } from 'lucide-react';
import { Modal } from '../../components/dialog.js';
import { Keys } from '../../components/keys.js';
import { secretIcons } from '../../components/secret-icon.js';
import { closeOverlay, goToFolder, goToSecrets, showFront } from '../../state/route.js';
import { useProjects } from '../../state/projects.js';
import { selectSecret, useSecrets } from '../../state/secrets.js';
import { printKeys } from '../../state/shortcuts.js';
import { matching } from '../../state/matching.js';
import { visibleSecrets } from '../../state/visible-secrets.js';
import { leaveThen } from '../shell/leave-then.js';
import { commands } from './commands.js';
import './palette.css';

const mostSecrets = 8;
const groups = ['This project', 'Create', 'Go to', 'Vault'] as const;

const run = (action: () => void) => {
  closeOverlay();
  leaveThen(action);
};

const openSecret = (id: string) => {
  goToSecrets();
  selectSecret(id);
  showFront('detail');
};

const useMatches = (text: string) => {
  const secrets = useSecrets((state) => state.items);
  const projects = useProjects((state) => state.items);
  const all = useMemo(() => visibleSecrets(secrets, { kind: 'all' }, null, 'name'), [secrets]);
  const available = useMemo(() => commands(), []);
  return {
    secrets: text === '' ? [] : matching(all, text, (item) => [item.name, item.subtitle, ...item.tags], mostSecrets),
    projects: matching(projects, text, (item) => [item.name], text === '' ? 4 : mostSecrets),
    commands: matching(available, text, (item) => [item.label], 40),
  };
};

/** Reaches everything: type a few letters, Enter goes. */
export const Palette = () => {
  const [text, setText] = useState('');
  const found = useMatches(text.trim());
  return (
    <Modal label="Commands" className="palette" onClose={closeOverlay}>
      <Cmdk label="Commands" shouldFilter={false} loop>
        <div className="palette-field">
          <Search size={20} strokeWidth={1.75} aria-hidden />
          <Cmdk.Input
            autoFocus
            placeholder="Search secrets, projects and commands"
            value={text}
            onValueChange={setText}
          />
        </div>
        <Cmdk.List className="palette-list" label="Results">
          <Cmdk.Empty className="palette-empty">Nothing found</Cmdk.Empty>
          {found.secrets.length > 0 ? (
            <Cmdk.Group heading="Secrets">
              {found.secrets.map(({ id, name, subtitle, type }) => {
                const Icon = secretIcons[type];
                return (
                  <Cmdk.Item key={id} value={`secret-${id}`} onSelect={() => run(() => openSecret(id))}>
                    <Icon size={16} aria-hidden />
                    <span className="truncate">{name}</span>
                    <span className="truncate quiet small palette-more">{subtitle}</span>
                  </Cmdk.Item>
                );
              })}
            </Cmdk.Group>
          ) : null}
          {found.projects.length > 0 ? (
            <Cmdk.Group heading="Projects">
              {found.projects.map(({ id, name }) => (
                <Cmdk.Item key={id} value={`project-${id}`} onSelect={() => run(() => goToFolder(id))}>
                  <FolderLock size={16} aria-hidden />
                  <span className="truncate">{name}</span>
                </Cmdk.Item>
              ))}
            </Cmdk.Group>
          ) : null}
          {groups.map((group) => {
            const inGroup = found.commands.filter((command) => command.group === group);
            return inGroup.length === 0 ? null : (
              <Cmdk.Group key={group} heading={group}>
                {inGroup.map(({ label, icon: Icon, shortcut, run: action }) => (
                  <Cmdk.Item key={label} value={`command-${label}`} onSelect={() => run(action)}>
                    <Icon size={16} aria-hidden />
                    <span className="truncate">{label}</span>
                    {shortcut ? <Keys keys={printKeys(shortcut)} /> : null}
                  </Cmdk.Item>
                ))}
              </Cmdk.Group>
            );
          })}
        </Cmdk.List>
      </Cmdk>
    </Modal>
  );
};
