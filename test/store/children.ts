import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';

/** How another process opens the same store: a module that exports `openStore(spec)`, and the spec. */
export type Opener = Readonly<{ module: string; spec: string }>;

const root = join(import.meta.dirname, '../..');

/** Bundles `script` (a module of this folder that exports `main(openStore)`) with an opener; returns the file to run with node. */
function bundle(script: string, opener: Opener, folder: string): string {
  const outfile = join(folder, `${script}.cjs`);
  buildSync({
    stdin: {
      contents: `
        import { main } from ${JSON.stringify(join(import.meta.dirname, `${script}.ts`))};
        import { openStore } from ${JSON.stringify(join(import.meta.dirname, opener.module))};
        void main(() => openStore(process.argv[2]), process.argv.slice(3));`,
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

export type Child = Readonly<{
  process: ChildProcess;
  /** the next line it prints; rejects when it ends before */
  line(): Promise<string>;
  ended: Promise<number | null>;
}>;

/** Runs processes over one store; `dispose` ends those that still run. */
export class Children {
  #folder: string | null = null;
  readonly #bundles = new Map<string, string>();
  readonly #running = new Set<ChildProcess>();

  start(script: string, opener: Opener, args: readonly string[] = [], command: readonly string[] = []): Child {
    const id = `${script}|${opener.module}`;
    this.#folder ??= mkdtempSync(join(tmpdir(), 'vault-children-'));
    const file = this.#bundles.get(id) ?? bundle(script, opener, this.#folder);
    this.#bundles.set(id, file);
    chmodSync(this.#folder, 0o755); // another user may be asked to run it
    const [program, ...rest] = [...command, process.execPath, file, opener.spec, ...args];
    const child = spawn(program!, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#running.add(child);
    const ended = new Promise<number | null>((resolve) => {
      child.on('close', (code) => {
        this.#running.delete(child);
        resolve(code);
      });
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const line = async (): Promise<string> => {
      const next = await lines.next();
      if (next.done === true) throw new Error(`the process ended early: ${String(await ended)}`);
      return next.value;
    };
    return { process: child, line, ended };
  }

  dispose(): void {
    for (const child of this.#running) child.kill('SIGKILL');
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
  }
}
