/**
 * Where everything lies in this checkout. Every command imports this first, so that a Node too old for the rest is told
 * so in a sentence instead of a stack trace.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Coretex Vault needs Node 20.19 or newer; this is Node ${process.versions.node}.`);
  process.exit(1);
}

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const outFolder = join(root, 'out');
/** Notes the build keeps for itself; safe to delete, ignored by git. */
export const notesFolder = join(root, '.cache');

/** @type {{ version: string, devDependencies: Record<string, string> }} */
export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
