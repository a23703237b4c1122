/** The parts that the product is bundled into: what each is made from, and how. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { outFolder, root } from './checkout.mjs';
import { replaceFile } from './replace-file.mjs';

/**
 * `sources` are the folders and files whose content decides whether the part is up to date; `outputs` must exist for it to be.
 * @typedef {{ name: string, sources: string[], outputs: string[], make: () => Promise<void> }} Part
 */

const mainOut = join(outFolder, 'main');
const workerFolder = join(root, 'main/engine/workers');
const recipe = ['package.json', 'package-lock.json', 'tsconfig.json', 'build/parts.mjs'];

const s3ClientSource = 'main/store/s3/sdk.ts';
const s3ClientBundle = 's3-client.cjs';

/** What stays outside the bundles: Electron's own module and the two native ones. */
export const externals = ['electron', '@node-rs/argon2', 'keytar'];

/** @type {Part} */
const app = {
  name: 'app',
  sources: ['app', 'main', ...recipe],
  outputs: ['main/index.cjs', 'main/preload.cjs'],
  make: () => bundleForNode({ index: 'main/index.ts', preload: 'main/preload.ts' }, mainOut),
};

/** @type {Part} */
const command = {
  name: 'command',
  sources: ['app', 'main', ...recipe],
  outputs: ['main/vault.cjs'],
  make: () => bundleForNode({ vault: 'main/cli/index.ts' }, mainOut),
};

/** The S3 client, a megabyte that takes a tenth of a second to load: apart, so that only who opens a bucket waits for it. @type {Part} */
const s3Client = {
  name: 'S3 client',
  sources: [s3ClientSource, ...recipe],
  outputs: [`main/${s3ClientBundle}`],
  // As modules, of which only what is used gets in.
  make: () => bundleForNode({ 's3-client': s3ClientSource }, mainOut, { mainFields: ['module', 'main'] }),
};

/** @type {Part} */
const workers = {
  name: 'workers',
  sources: ['app', 'main', ...recipe],
  outputs: workerNames().map((name) => `main/workers/${name}.cjs`),
  make: () => bundleWorkers(join(mainOut, 'workers')),
};

/** @type {Part} */
const renderer = {
  name: 'window',
  sources: ['app', 'renderer', 'build/vite.config.mjs', ...recipe],
  outputs: ['renderer/index.html'],
  make: async () => {
    const { build } = await import('vite');
    await build({ configFile: join(root, 'build/vite.config.mjs'), logLevel: 'warn' });
  },
};

/** What each command needs bundled before it can run. */
export const partsOf = {
  app: [app, s3Client, workers, renderer],
  command: [command, s3Client, workers],
  all: [app, command, s3Client, workers, renderer],
};

/**
 * The engine's worker threads, one bundle each. Also used by the tests, which run everything else from source.
 * @param {string} folder
 * @param {string[]} names
 */
export async function bundleWorkers(folder, names = workerNames()) {
  await bundleForNode(Object.fromEntries(names.map((name) => [name, `main/engine/workers/${name}.ts`])), folder);
}

export function workerNames() {
  return readdirSync(workerFolder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -'.ts'.length));
}

/**
 * Bundles to CommonJS for the oldest Node among our runtimes: Electron 33's 20.18.
 * @param {Record<string, string>} entryPoints output name to source, from the root of the checkout
 * @param {string} folder
 * @param {import('esbuild').BuildOptions} options
 */
async function bundleForNode(entryPoints, folder, options = {}) {
  const { build } = await import('esbuild');
  const { outputFiles = [] } = await build({
    absWorkingDir: root,
    entryPoints,
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20.18',
    external: externals,
    plugins: [s3ClientApart],
    ...options,
    sourcemap: 'linked',
    legalComments: 'none',
    logLevel: 'warning',
    logLimit: 5,
  });
  for (const { path, contents } of outputFiles) replaceFile(path, contents);
}

/** Whoever imports the S3 client late finds it in its own bundle, beside theirs. @type {import('esbuild').Plugin} */
const s3ClientApart = {
  name: 's3-client-apart',
  setup(build) {
    build.onResolve({ filter: /^\.\/sdk\.js$/ }, ({ kind, resolveDir }) =>
      kind === 'dynamic-import' && join(resolveDir, 'sdk.ts') === join(root, s3ClientSource)
        ? { path: `./${s3ClientBundle}`, external: true }
        : undefined,
    );
  },
};
