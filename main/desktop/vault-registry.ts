import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { VaultError } from '../../app/errors.js';
import { SecretBytes } from '../crypto/secret-bytes.js';
import type { KnownVault, VaultRegistry } from '../ipc/ports.js';
import { writePrivately } from '../ipc/private-file.js';

const knownVault = z.object({ id: z.string(), label: z.string(), profileDir: z.string() });
const registryFile = z.object({ vaults: z.array(knownVault), active: z.string().nullable() });
type RegistryFile = z.infer<typeof registryFile>;

export type RegistryOptions = Readonly<{
  /** where `vaults.json` is kept */
  dir: string;
  /** the profile the command uses too when nobody says which */
  defaultProfileDir: string;
  /** `--vault=DIR` or VAULT_DIR: this run is about that profile, whatever the list says */
  chosenProfileDir: string | null;
}>;

const newId = (): string => SecretBytes.random(8).bytes.toString('hex');

/** The vaults this computer knows: where their profiles are, and which is the active one. No secret is in it. */
export const openRegistry = ({ dir, defaultProfileDir, chosenProfileDir }: RegistryOptions): VaultRegistry => {
  const file = join(dir, 'vaults.json');
  let state = readRegistry(file);

  const save = (): Promise<void> => writePrivately(file, `${JSON.stringify(state, null, 2)}\n`);
  const find = (id: string): KnownVault => {
    const vault = state.vaults.find((candidate) => candidate.id === id);
    if (!vault) throw new VaultError('not-found', 'This computer does not know that vault.');
    return vault;
  };
  /** In memory only, until something else is worth writing: looking at a vault should not change the list. */
  const know = (profileDir: string, label: string): KnownVault => {
    const there = state.vaults.find((candidate) => candidate.profileDir === profileDir);
    const vault = there ? { ...there, label } : { id: newId(), label, profileDir };
    const others = state.vaults.filter((candidate) => candidate.profileDir !== profileDir);
    state = { vaults: [...others, vault], active: vault.id };
    return vault;
  };

  // the profile of the command, when it has made one, is known without being told
  const start = chosenProfileDir === null ? null : resolve(chosenProfileDir);
  if (start !== null) know(start, labelOf(start, state));
  else if (state.active === null && isProfile(defaultProfileDir)) know(defaultProfileDir, 'My vault');

  return {
    list: () => state.vaults,
    active: () => state.vaults.find((vault) => vault.id === state.active) ?? null,
    freeProfileDir: () => {
      const first = start ?? defaultProfileDir;
      return Promise.resolve(isProfile(first) ? join(dir, 'profiles', newId()) : first);
    },
    defaultStoreDir: (profileDir) => join(profileDir, 'store'),
    add: async (profileDir, label) => {
      const vault = know(profileDir, label);
      await save();
      return vault;
    },
    select: async (id) => {
      const vault = find(id);
      state = { ...state, active: id };
      await save();
      return vault;
    },
    forget: async (id) => {
      find(id);
      const vaults = state.vaults.filter((vault) => vault.id !== id);
      state = { vaults, active: state.active === id ? (vaults[0]?.id ?? null) : state.active };
      await save();
    },
  };
};

const isProfile = (dir: string): boolean => existsSync(join(dir, 'profile.json'));

const labelOf = (profileDir: string, { vaults }: RegistryFile): string =>
  vaults.find((vault) => vault.profileDir === profileDir)?.label ?? 'My vault';

/** A list that cannot be understood is set aside, not thrown away: the vaults themselves are untouched by it. */
const readRegistry = (file: string): RegistryFile => {
  if (!existsSync(file)) return { vaults: [], active: null };
  try {
    return registryFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    copyFileSync(file, `${file}.damaged`);
    return { vaults: [], active: null };
  }
};
