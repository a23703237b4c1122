import type { VaultState } from '../../app/contract/account.js';
import type { AccountSummary } from '../../app/model/account.js';
import type { ActivityLine, Alarm, Enrolment, Member, Person } from '../../app/model/people.js';
import type { FileEntry, ProjectSummary, Transfer } from '../../app/model/project.js';
import type { Settings } from '../../app/model/settings.js';
import type { FakeSecret } from './fake-data.js';
import type { Scenario } from './fake-bridge.js';
import type { FakeStore } from './fake-store.js';

/** Everything the fake bridge knows. */
export type World = {
  readonly scenario: Scenario;
  readonly emit: (event: string, payload: unknown) => void;
  account: AccountSummary;
  phase: VaultState['phase'];
  vaults: VaultState['vaults'];
  remembered: boolean;
  lockReason: VaultState['lockReason'];
  settings: Settings;
  secrets: FakeSecret[];
  projects: ProjectSummary[];
  files: FileEntry[];
  transfers: Transfer[];
  clipboard: string;
  people: Person[];
  nodes: Person[];
  enrolments: Enrolment[];
  /** which projects each node is authorized for */
  authorized: Map<string, Set<string>>;
  /** by project, owners first */
  members: Map<string, Member[]>;
  /** by project, oldest first */
  log: Map<string, ActivityLine[]>;
  alarms: Alarm[];
  store: FakeStore;
  /** as main locks by itself */
  lock: () => void;
};
