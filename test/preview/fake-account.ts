import type { VaultState } from '../../app/contract/account.js';
import type { Handlers } from '../../app/contract/index.js';
import { VaultError } from '../../app/errors.js';
import { labelOf } from './fake-store.js';
import type { World } from './world.js';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The passphrase that opens the fake vault. */
export const goodPassphrase = 'open sesame';

export const fakeAccount = (world: World): Handlers['account'] => {
  const state = (): VaultState => ({
    phase: world.phase,
    vaults: world.phase === 'none' ? [] : world.vaults,
    storeLabel: labelOf(world.store),
    account: world.phase === 'none' ? null : world.account,
    remembered: world.remembered,
    keychain: world.scenario.noKeychain
      ? { available: false, reason: 'this system would keep the key unencrypted.' }
      : { available: true, reason: '' },
    lockReason: world.lockReason,
  });
  const become = (phase: VaultState['phase']) => {
    world.phase = phase;
    world.emit('account.changed', state());
    return state();
  };
  world.lock = () => void become('locked');
  const derive = async () => {
    const ms = world.scenario.deriveMs ?? 40;
    for (let part = 0; part <= 10; part += 1) {
      world.emit('account.progress', { step: part < 4 ? 'stretch' : 'derive', fraction: part / 10 });
      await wait(ms / 10);
    }
  };
  return {
    state,
    chooseFolder: () => ({ handle: 'folder-1', label: 'Vaults on the shared disk', holdsVault: true }),
    create: async ({ name, location }) => {
      await derive();
      world.store.given = location;
      world.account = { ...world.account, name };
      return become('unlocked');
    },
    select: ({ vaultId }) => {
      world.vaults = world.vaults.map((entry) => ({ ...entry, active: entry.id === vaultId }));
      return become('locked');
    },
    forget: ({ vaultId }) => {
      world.vaults = world.vaults.filter((entry) => entry.id !== vaultId);
      return state();
    },
    unlock: async ({ passphrase }) => {
      await derive();
      if (text(passphrase) !== goodPassphrase) throw new VaultError('wrong-passphrase');
      return become('unlocked');
    },
    unlockRemembered: () => become('unlocked'),
    lock: () => {
      world.lockReason = 'asked';
      return become('locked');
    },
    remember: ({ enabled }) => {
      world.remembered = enabled;
      return state();
    },
    strength: ({ passphrase }) => {
      const length = text(passphrase).length;
      const score = Math.min(4, Math.floor(length / 6));
      return {
        score,
        guessesLog10: length,
        crackTime: score > 2 ? 'about 9,000 years' : 'about 3 hours',
        crackCost: score > 2 ? 'about $40 million' : 'about $2',
        acceptable: score > 1,
        warning: score > 1 ? '' : 'This is close to a very common password.',
        suggestions: score > 1 ? [] : ['Add another word or two.'],
      };
    },
    suggestPassphrase: ({ words }) => ({
      passphrase: ['harbor', 'velvet', 'unlikely', 'compass', 'tundra', 'spoonful', 'arcade'].slice(0, words).join('-'),
    }),
    changePassphrase: async () => {
      await derive();
      return state();
    },
    saveRecoverySheet: () => ({ saved: true }),
    exportPkcs12: () => ({ saved: true }),
  };
};
