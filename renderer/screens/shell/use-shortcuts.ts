import { useEffect } from 'react';
import { copyMain, useDetail } from '../../state/detail.js';
import { pickType, saveForm, startEdit, useForm } from '../../state/form.js';
import { lockVault } from '../../state/lock.js';
import {
  goToActivity,
  goToNodes,
  goToPeople,
  goToProjects,
  goToSecrets,
  goToSettings,
  openOverlay,
  showFront,
  useRoute,
} from '../../state/route.js';
import { shortcutOf, type ShortcutName } from '../../state/shortcuts.js';
import { undoLast } from '../../state/toasts.js';
import { leaveThen } from './leave-then.js';

const inSight = (element: HTMLElement): boolean => element.offsetParent !== null;

/** Where the focus goes in a pane: its first control in sight, or itself if it scrolls; undefined when there is nothing. */
const stopOf = (pane: HTMLElement): HTMLElement | undefined =>
  [...pane.querySelectorAll<HTMLElement>('[data-list], [data-first], button, input, [tabindex="0"]')].find(inSight) ??
  (pane.tabIndex >= 0 ? pane : undefined);

/** Moves the focus to the next pane that is in sight and has something to do: F6, as in every desktop program. */
const movePane = (step: 1 | -1): void => {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter(
    (pane) => inSight(pane) && stopOf(pane) !== undefined,
  );
  const at = panes.findIndex((pane) => pane.contains(document.activeElement));
  const next = panes[(at + step + panes.length) % panes.length];
  if (next) stopOf(next)?.focus();
};

/** In a narrow window the list comes to the front first. */
const focusSearch = (): void => {
  showFront('list');
  setTimeout(selectSearch);
};

const selectSearch = (): void => {
  const field = [...document.querySelectorAll<HTMLInputElement>('[data-search]')].find(
    (one) => one.offsetParent !== null,
  );
  field?.focus();
  field?.select();
};

export const newSecret = (): void => {
  leaveThen(() => {
    if (useRoute.getState().route.room !== 'secrets') goToSecrets();
    pickType();
  });
};

const inSecrets = () => useRoute.getState().route.room === 'secrets' && useForm.getState().form === null;

const actions: Readonly<Record<ShortcutName, () => void>> = {
  palette: () => openOverlay('palette'),
  search: focusSearch,
  'new-secret': newSecret,
  'new-project': () => openOverlay('new-project'),
  lock: () => void lockVault(),
  settings: () => leaveThen(() => goToSettings()),
  secrets: () => leaveThen(() => goToSecrets()),
  projects: () => leaveThen(goToProjects),
  people: () => leaveThen(goToPeople),
  nodes: () => leaveThen(goToNodes),
  activity: () => leaveThen(goToActivity),
  help: () => openOverlay('shortcuts'),
  save: () => void saveForm(),
  undo: () => void undoLast(),
  edit: () => {
    const { detail } = useDetail.getState();
    if (inSecrets() && detail?.mine && !detail.trashed) void startEdit(detail);
  },
  copy: () => {
    const { detail } = useDetail.getState();
    if (inSecrets() && detail) void copyMain(detail.id);
  },
  'next-pane': () => movePane(1),
  'previous-pane': () => movePane(-1),
};

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('input, textarea, select');

/** The keys that work everywhere; inside a dialog only the lock does. */
export const useShortcuts = (): void => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const name = shortcutOf(event, isField(event.target));
      if (name === null || event.defaultPrevented) return;
      if (document.querySelector('dialog[open]') && name !== 'lock') return;
      event.preventDefault();
      actions[name]();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
};
