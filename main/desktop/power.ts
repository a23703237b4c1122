import { powerMonitor } from 'electron';
import type { Settings } from '../../app/model/settings.js';
import type { LockReason } from '../ipc/vault-host.js';

export type PowerSource = Readonly<{
  on: (event: 'suspend' | 'lock-screen', listener: () => void) => unknown;
  /** seconds since the last input anywhere on this computer */
  getSystemIdleTime: () => number;
}>;

const pollMs = 1_000;

const electronPower: PowerSource = {
  on: (event, listener) =>
    event === 'suspend' ? powerMonitor.on(event, listener) : powerMonitor.on('lock-screen', listener),
  getSystemIdleTime: () => powerMonitor.getSystemIdleTime(),
};

/**
 * Locks when the computer sleeps, its screen is locked, or nobody touched it for as long as the settings say.
 * Returns a function that stops watching.
 */
export const watchPower = (
  settings: () => Settings,
  lock: (reason: LockReason) => void,
  power: PowerSource = electronPower,
): (() => void) => {
  power.on('suspend', () => {
    if (settings().lockOnSleep) lock('sleep');
  });
  power.on('lock-screen', () => {
    if (settings().lockOnScreenLock) lock('screen-lock');
  });
  const timer = setInterval(() => {
    const { autoLockMs } = settings();
    if (autoLockMs > 0 && power.getSystemIdleTime() * 1000 >= autoLockMs) lock('idle');
  }, pollMs);
  return () => clearInterval(timer);
};
