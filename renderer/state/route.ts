/** Where in the app a person is: the room, what it shows, and which pane is on top in a narrow window. */
import type { SecretType } from '../../app/model/secret.js';
import { lockable } from './lockable.js';

export type SecretFilter =
  | { kind: 'all' }
  | { kind: 'favourites' }
  | { kind: 'type'; type: SecretType }
  | { kind: 'tag'; tag: string }
  | { kind: 'trash' };

export const settingsPages = ['appearance', 'security', 'keys', 'vaults', 'about'] as const;
export type SettingsPage = (typeof settingsPages)[number];

export type Route =
  | { room: 'secrets'; filter: SecretFilter }
  | { room: 'projects'; projectId: string | null; folder: string; trash: boolean }
  | { room: 'settings'; page: SettingsPage };

type Overlay = 'palette' | 'shortcuts' | 'new-project' | 'drawer' | null;

type RouteState = {
  route: Route;
  /** in a narrow window list and detail are stacked: which one is in front */
  front: 'list' | 'detail';
  overlay: Overlay;
};

export const useRoute = lockable<RouteState>(() => ({
  route: { room: 'secrets', filter: { kind: 'all' } },
  front: 'list',
  overlay: null,
}));

export const goTo = (route: Route): void => useRoute.setState({ route, front: 'list', overlay: null });
export const goToSecrets = (filter: SecretFilter = { kind: 'all' }): void => goTo({ room: 'secrets', filter });
export const goToProjects = (): void => goTo({ room: 'projects', projectId: null, folder: '', trash: false });
export const goToFolder = (projectId: string, folder = ''): void =>
  goTo({ room: 'projects', projectId, folder, trash: false });
export const goToProjectTrash = (projectId: string): void =>
  goTo({ room: 'projects', projectId, folder: '', trash: true });
export const goToSettings = (page: SettingsPage = 'appearance'): void => goTo({ room: 'settings', page });

export const showFront = (front: 'list' | 'detail'): void => useRoute.setState({ front });
export const openOverlay = (overlay: Exclude<Overlay, null>): void => useRoute.setState({ overlay });
export const closeOverlay = (): void => useRoute.setState({ overlay: null });
