/** What a person has set on this computer. Not part of the vault, so it stays through a lock. */
import { create } from 'zustand';
import type { Settings } from '../../app/model/settings.js';
import { client } from './client.js';

const unset: Settings = {
  theme: 'system',
  autoLockMs: 600_000,
  lockOnSleep: true,
  lockOnScreenLock: true,
  clipboardClearMs: 30_000,
};

export const useSettings = create<Settings>()(() => unset);

const showTheme = (theme: Settings['theme']): void => {
  if (typeof document !== 'undefined') document.documentElement.dataset['theme'] = theme;
};

export const acceptSettings = (settings: Settings): void => {
  useSettings.setState(settings, true);
  showTheme(settings.theme);
};

export const loadSettings = async (): Promise<void> => acceptSettings(await client.settings.get({}));

/** Shows a change at once and keeps it; goes back when it could not be kept. */
export const changeSettings = async (change: Partial<Settings>): Promise<void> => {
  const before = useSettings.getState();
  acceptSettings({ ...before, ...change });
  try {
    acceptSettings(await client.settings.set(change));
  } catch (failure) {
    acceptSettings(before);
    throw failure;
  }
};
