import { ChevronsUpDown, Command, Keyboard, Lock, Plus } from 'lucide-react';
import { Logo } from '../../components/logo.js';
import { Menu, MenuChoice, MenuItem, MenuLine } from '../../components/menu.js';
import { openSetUp, selectVault, useAccount } from '../../state/account.js';
import { attempt } from '../../state/attempt.js';
import { lockVault } from '../../state/lock.js';
import { openOverlay } from '../../state/route.js';
import { printKeys } from '../../state/shortcuts.js';
import { leaveThen } from './leave-then.js';

/** Whose vault this is, and what concerns it as a whole. */
export const VaultMenu = () => {
  const vault = useAccount((state) => state.vault);
  if (!vault) return null;
  const name = vault.account?.name ?? 'Vault';
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className="vault-button">
          <Logo size={32} />
          <span className="visually-hidden">Vault of </span>
          <span className="vault-names">
            <span className="truncate vault-name" title={name}>
              {name}
            </span>
            <span className="truncate quiet small" title={vault.storeLabel}>
              {vault.storeLabel}
            </span>
          </span>
          <ChevronsUpDown size={14} aria-hidden />
        </button>
      }
    >
      {vault.vaults.map(({ id, label, active }) => (
        <MenuChoice
          key={id}
          label={label}
          checked={active}
          onSelect={() => {
            if (!active) leaveThen(() => void attempt(() => selectVault(id)));
          }}
        />
      ))}
      <MenuItem icon={Plus} label="Add a vault…" onSelect={() => leaveThen(openSetUp)} />
      <MenuLine />
      <MenuItem icon={Command} label="Commands" keys={printKeys('palette')} onSelect={() => openOverlay('palette')} />
      <MenuItem
        icon={Keyboard}
        label="Keyboard shortcuts"
        keys={printKeys('help')}
        onSelect={() => openOverlay('shortcuts')}
      />
      <MenuItem icon={Lock} label="Lock" keys={printKeys('lock')} onSelect={() => void lockVault()} />
    </Menu>
  );
};
