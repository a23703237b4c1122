import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Outcome, runChild } from '../../../build/child.mjs';
import { root } from '../../../build/checkout.mjs';

/** A checkout of its own with our build folder and nothing else, so that a test touches nobody's packages or caches. */
export class CheckoutCopy {
  readonly folder = mkdtempSync(join(tmpdir(), 'checkout-'));
  readonly cache = join(this.folder, 'user-cache');

  constructor() {
    cpSync(join(root, 'build'), join(this.folder, 'build'), { recursive: true });
    this.write('package.json', '{"version":"1.0.0","devDependencies":{"electron":"45.0.0"}}');
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  /** Runs a module that may import from ./build, with a user's cache of its own. */
  run(source: string, environment: Record<string, string> = {}): Promise<Outcome> {
    this.write('script.mjs', source);
    const env = { PATH: process.env['PATH'], HOME: this.folder, XDG_CACHE_HOME: this.cache, ...environment };
    return runChild(process.execPath, ['script.mjs'], { cwd: this.folder, capture: true, env });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
