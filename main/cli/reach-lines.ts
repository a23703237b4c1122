import type { Reach } from '../../app/model/people.js';
import { byteCount, plural, visible } from './format.js';

const endedMark = ' — ended';

/** Exactly what an account can read now, and what it could until its access ended. */
export function reachLines({ projects, secrets }: Reach): string[] {
  const ofProjects = projects.flatMap(({ name, access, files, bytes, former, credentialFiles }) => [
    `project  ${visible(name)}  (${access}, ${plural(files, 'file')}, ${byteCount(bytes)})${former ? endedMark : ''}`,
    ...credentialFiles.map((path) => `  looks like a credential: ${visible(path)}`),
  ]);
  const ofSecrets = secrets.map(
    ({ name, type, former }) => `secret   ${visible(name)}  (${type})${former ? endedMark : ''}`,
  );
  return [...ofProjects, ...ofSecrets];
}

/** What is over, and what goes on: only the first is worth changing at its source yet. */
export const splitReach = ({ projects, secrets }: Reach): Readonly<{ current: Reach; ended: Reach }> => ({
  current: { projects: projects.filter(({ former }) => !former), secrets: secrets.filter(({ former }) => !former) },
  ended: { projects: projects.filter(({ former }) => former), secrets: secrets.filter(({ former }) => former) },
});

/** What to change at its source, and what somebody who was removed reads all the same. */
export function leaverLines(name: string, reach: Reach): string[] {
  const { current, ended } = splitReach(reach);
  const left = reachLines(current);
  if (left.length === 0) return exposureLines(name, ended);
  return [...exposureLines(name, ended), `${visible(name)} can still read:`, ...left];
}

/** What to change at its source once an account may not read it any more; nothing when it could read no credential. */
export function exposureLines(name: string, { projects, secrets }: Reach): string[] {
  const files = projects.flatMap((project) =>
    project.credentialFiles.map((path) => `  ${visible(path)}  (in ${visible(project.name)})`),
  );
  const due = [...files, ...secrets.map((secret) => `  ${visible(secret.name)}  (${secret.type})`)];
  if (due.length === 0) return [];
  return [`What ${visible(name)} has read stays read. Change these at their source:`, ...due];
}
