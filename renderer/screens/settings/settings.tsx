import { Database, HardDrive, Info, KeyRound, Palette, ShieldCheck, type LucideIcon } from 'lucide-react';
import { goToSettings, settingsPages, useRoute, type SettingsPage } from '../../state/route.js';
import { moveFocus } from '../shell/use-roving.js';
import { About } from './about.js';
import { Appearance } from './appearance.js';
import { Keys } from './keys.js';
import { settingsNames } from './page-names.js';
import { Security } from './security.js';
import { Store } from './store.js';
import { Vaults } from './vaults.js';
import './settings.css';

const icons: Readonly<Record<SettingsPage, LucideIcon>> = {
  appearance: Palette,
  security: ShieldCheck,
  keys: KeyRound,
  store: Database,
  vaults: HardDrive,
  about: Info,
};

const pages = {
  appearance: Appearance,
  security: Security,
  keys: Keys,
  store: Store,
  vaults: Vaults,
  about: About,
} as const;

/** What can be set: a list of pages, and one of them. Every change holds at once. */
export const Settings = () => {
  const page = useRoute((state) => (state.route.room === 'settings' ? state.route.page : 'appearance'));
  const Page = pages[page];
  return (
    <div className="settings">
      <nav className="settings-nav" aria-label="Settings" data-pane onKeyDown={moveFocus}>
        {settingsPages.map((name) => {
          const Icon = icons[name];
          return (
            <button
              key={name}
              type="button"
              className="side-item"
              aria-current={name === page ? 'page' : undefined}
              data-stop
              onClick={() => goToSettings(name)}
            >
              <Icon size={16} aria-hidden />
              <span className="truncate">{settingsNames[name]}</span>
            </button>
          );
        })}
      </nav>
      <section className="settings-page" aria-labelledby="settings-title" data-pane tabIndex={-1}>
        <div className="settings-content">
          <h1 id="settings-title">{settingsNames[page]}</h1>
          <Page />
        </div>
      </section>
    </div>
  );
};
