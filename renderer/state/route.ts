/** Where in the app a person is: the room, what it shows, and which pane is on top in a narrow window. */
import type { SecretType } from '../../app/model/secret.js';
import { lockable } from './lockable.js';

export type SecretFilter =
  | { kind: 'all' }
  | { kind: 'favourites' }
  | { kind: 'type'; type: SecretType }
  | { kind: 'tag'; tag: string }
  | { kind: 'trash' };

export const settingsPages = ['appearance', 'security', 'keys', 'store', 'vaults', 'about'] as const;
export type SettingsPage = (typeof settingsPages)[number];

/** What of a project is shown; its files unless said otherwise. */
export type ProjectView = 'files' | 'members' | 'log';

export type Route =
  | { room: 'secrets'; filter: SecretFilter }
  | { room: 'projects'; projectId: string | null; folder: string; trash: boolean; view?: ProjectView }
  | { room: 'people'; personId: string | null }
  | { room: 'nodes'; nodeId: string | null }
  | { room: 'activity' }
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
const goToView = (projectId: string, view: ProjectView): void =>
  goTo({ room: 'projects', projectId, folder: '', trash: false, view });
export const goToMembers = (projectId: string): void => goToView(projectId, 'members');
export const goToProjectLog = (projectId: string): void => goToView(projectId, 'log');
export const goToPeople = (): void => goTo({ room: 'people', personId: null });
export const goToNodes = (): void => goTo({ room: 'nodes', nodeId: null });
export const goToActivity = (): void => goTo({ room: 'activity' });
export const goToSettings = (page: SettingsPage = 'appearance'): void => goTo({ room: 'settings', page });

/** Shows a person or node in its room. */
export const goToAccount = (kind: 'person' | 'node', id: string): void => {
  goTo(kind === 'person' ? { room: 'people', personId: id } : { room: 'nodes', nodeId: id });
  showFront('detail');
};

export const showFront = (front: 'list' | 'detail'): void => useRoute.setState({ front });
export const openOverlay = (overlay: Exclude<Overlay, null>): void => useRoute.setState({ overlay });
export const closeOverlay = (): void => useRoute.setState({ overlay: null });
