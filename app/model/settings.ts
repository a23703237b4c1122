import { z } from 'zod';

/** What a person may set on this computer; kept in the profile, never in the store. */
export const settings = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** lock after this long without input; 0 never locks by idleness */
  autoLockMs: z.number().int().min(0).max(86_400_000).default(600_000),
  lockOnSleep: z.boolean().default(true),
  lockOnScreenLock: z.boolean().default(true),
  /** clear a copied secret from the clipboard after this long */
  clipboardClearMs: z.number().int().min(5_000).max(600_000).default(30_000),
});
export type Settings = z.infer<typeof settings>;

const { shape } = settings;
/** A change: what is absent stays. (`settings.partial()` would fill every absent field with its default.) */
export const settingsPatch = z.object({
  theme: shape.theme.unwrap().optional(),
  autoLockMs: shape.autoLockMs.unwrap().optional(),
  lockOnSleep: shape.lockOnSleep.unwrap().optional(),
  lockOnScreenLock: shape.lockOnScreenLock.unwrap().optional(),
  clipboardClearMs: shape.clipboardClearMs.unwrap().optional(),
});
export type SettingsPatch = z.infer<typeof settingsPatch>;
