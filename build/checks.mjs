/** The checks that are a program of their own; each counts as one test. */
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { notesFolder, root } from './checkout.mjs';

/** @typedef {{ name: string, commands: string[][] }} Check */

/**
 * @param {string} path of a tool's program in node_modules
 * @param {string[]} args
 */
const tool = (path, ...args) => [join(root, 'node_modules', path), ...args];

/** Read the sources without running them. @type {Check[]} */
export const sourceChecks = [
  {
    name: 'lint',
    commands: [
      tool('eslint/bin/eslint.js', '.', '--max-warnings=0'),
      tool('prettier/bin/prettier.cjs', '--check', '.', '--log-level=warn'),
    ],
  },
  {
    name: 'types',
    commands: [
      tool(
        'typescript/bin/tsc',
        '--noEmit',
        '--incremental',
        '--tsBuildInfoFile',
        join(notesFolder, 'types.tsbuildinfo'),
      ),
    ],
  },
  {
    name: 'layering',
    commands: [
      tool(
        'dependency-cruiser/bin/dependency-cruise.mjs',
        '--config',
        '.dependency-cruiser.cjs',
        'app',
        'main',
        'renderer',
      ),
    ],
  },
];

/** Packages the app, and does the main job in the package. @type {Check} */
export const packageCheck = {
  name: 'package',
  commands: [[join(root, 'build/dist.mjs'), '--dir', '--allow-registry-runtime']],
};

/**
 * @param {Check} check
 * @returns {Promise<import('./child.mjs').Outcome>}
 */
export async function runCheck({ commands }) {
  const all = { code: 0, output: '', seconds: 0 };
  for (const args of commands) {
    const { code, output, seconds } = await runChild(process.execPath, args, { capture: true });
    all.code ||= code;
    all.output += output;
    all.seconds += seconds;
  }
  return all;
}
