import type { Handlers } from '../../app/contract/index.js';
import type { Emit } from './events.js';
import type { Computer } from './ports.js';

export const settingsHandlers = (
  { settings, about }: Pick<Computer, 'settings' | 'about'>,
  emit: Emit,
): Handlers['settings'] => ({
  get: () => settings.get(),
  set: async (patch) => {
    const changed = await settings.set(patch);
    emit('settings', 'changed', changed);
    return changed;
  },
  about: () => about,
});
