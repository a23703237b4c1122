/** The vault's state as main tells it: which vaults there are, whether one is open, how far a key derivation is. */
import { create } from 'zustand';
import type { EventPayload } from '../../app/contract/index.js';
import type { VaultState } from '../../app/contract/account.js';
import type { VaultError } from '../../app/errors.js';
import { asVaultError } from './error-advice.js';
import { client } from './client.js';
import { emptyAll } from './lockable.js';

export type DerivationProgress = EventPayload<'account', 'progress'>;

type AccountState = {
  vault: VaultState | null;
  progress: DerivationProgress | null;
  startError: VaultError | null;
  /** the first-run flow is open, also while the vault it made is already unlocked */
  setUp: boolean;
  /** a vault is being made: another one that locks for it does not end the flow */
  creating: boolean;
};

export const useAccount = create<AccountState>()(() => ({
  vault: null,
  progress: null,
  startError: null,
  setUp: false,
  creating: false,
}));

export const activeVaultId = (state: VaultState | null): string | null =>
  state?.vaults.find((entry) => entry.active)?.id ?? null;

/** Takes over a new state of the vault. SECURITY: leaving `unlocked`, or changing vaults, empties the window. */
export const acceptVaultState = (vault: VaultState): void => {
  const { vault: before, setUp: wasSetUp, creating } = useAccount.getState();
  const left = before?.phase === 'unlocked' && vault.phase !== 'unlocked';
  if (left || (before !== null && activeVaultId(before) !== activeVaultId(vault))) emptyAll();
  const setUp = vault.phase === 'none' || creating || (wasSetUp && !left);
  const progress = creating || vault.phase === before?.phase ? useAccount.getState().progress : null;
  useAccount.setState({ vault, startError: null, setUp, progress });
};

export const loadAccount = async (): Promise<void> => {
  try {
    acceptVaultState(await client.account.state({}));
  } catch (failure) {
    useAccount.setState({ startError: asVaultError(failure) });
  }
};

export const acceptProgress = (progress: DerivationProgress): void => useAccount.setState({ progress });

export const openSetUp = (): void => useAccount.setState({ setUp: true, progress: null });

export const closeSetUp = (): void => useAccount.setState({ setUp: false, creating: false, progress: null });

type NewVault = Parameters<typeof client.account.create>[0];

/** Makes a vault and leaves the first-run flow open for its last step. Wipes the passphrase bytes. */
export const createVault = async (request: NewVault): Promise<void> => {
  useAccount.setState({ creating: true, progress: null });
  try {
    acceptVaultState(await client.account.create(request));
  } finally {
    request.passphrase.fill(0);
    useAccount.setState({ creating: false, progress: null });
  }
};

/** Opens the vault; the bytes are wiped whatever happens. */
export const unlock = async (passphrase: Uint8Array<ArrayBuffer>): Promise<void> => {
  useAccount.setState({ progress: null });
  try {
    acceptVaultState(await client.account.unlock({ passphrase }));
  } finally {
    passphrase.fill(0);
    useAccount.setState({ progress: null });
  }
};

export const unlockRemembered = async (): Promise<void> => acceptVaultState(await client.account.unlockRemembered({}));

export const selectVault = async (vaultId: string): Promise<void> =>
  acceptVaultState(await client.account.select({ vaultId }));
