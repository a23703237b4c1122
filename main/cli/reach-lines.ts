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

/** What to change at its source once an account may not read it any more; nothing when it could read no credential. */
export function exposureLines(name: string, { projects, secrets }: Reach): string[] {
  const files = projects.flatMap((project) =>
    project.credentialFiles.map((path) => `  ${visible(path)}  (in ${visible(project.name)})`),
  );
  const due = [...files, ...secrets.map((secret) => `  ${visible(secret.name)}  (${secret.type})`)];
  if (due.length === 0) return [];
  return [`What ${visible(name)} has read stays read. Change these at their source:`, ...due];
}
