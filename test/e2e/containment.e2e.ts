/** What a page that was taken over could do: each of these is tried from inside the page, not read from a header. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, launch, makeScene, removeScene, sandboxIsOn } from './app.js';
import { ask } from './person.js';

const scene = makeScene();
let app: App;
let visits = 0;
const server = createServer((_request, response) => {
  visits += 1;
  response.setHeader('access-control-allow-origin', '*');
  response.end('reached');
});
let origin = '';

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  app = await launch(scene);
});
afterAll(async () => {
  await app.close();
  server.close();
  removeScene(scene);
});

/** Runs in the page's own world, where the policy of the page holds. */
const inPage = <T>(work: (origin: string) => T | Promise<T>): Promise<T> => app.page.evaluate<T, string>(work, origin);

describe('promise: the page runs its own code only', () => {
  it('no inline script', async () => {
    const ran = await inPage(() => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.taken = true';
      document.body.append(script);
      return (globalThis as { taken?: boolean }).taken === true;
    });
    expect(ran).toBe(false);
  });

  it('no eval, not even later', async () => {
    const outcome = await inPage(
      () =>
        new Promise<string>((settle) => {
          setTimeout(() => {
            try {
              settle(String((0, eval)('1 + 1')));
            } catch (error) {
              settle((error as Error).name);
            }
          });
        }),
    );
    expect(outcome).toBe('EvalError');
  });

  it('no script, worker or WebAssembly from data', async () => {
    const outcomes = await inPage(async () => {
      const blob = URL.createObjectURL(new Blob(['globalThis.taken = true'], { type: 'text/javascript' }));
      const script = await new Promise<string>((settle) => {
        const element = document.createElement('script');
        element.src = blob;
        element.onload = () => settle('ran');
        element.onerror = () => settle('refused');
        document.body.append(element);
      });
      let worker = 'ran';
      try {
        const started = new Worker(blob);
        worker = await new Promise<string>((settle) => {
          started.onerror = () => settle('refused');
          setTimeout(() => settle('silent'), 500);
        });
      } catch {
        worker = 'refused';
      }
      return [script, worker];
    });
    expect(outcomes).toEqual(['refused', 'refused']);
  });
});

describe('promise: the page reaches nothing off this computer, and nothing on it but the app', () => {
  it('not by fetch, WebSocket, picture, beacon, form or frame', async () => {
    const fetched = await inPage((to) =>
      fetch(to).then(
        () => 'reached',
        () => 'refused',
      ),
    );
    await inPage(async (to) => {
      const picture = new Image();
      picture.src = `${to}/picture`;
      navigator.sendBeacon(`${to}/beacon`, 'secret');
      const frame = document.createElement('iframe');
      frame.src = `${to}/frame`;
      document.body.append(frame);
      const form = document.createElement('form');
      form.action = `${to}/form`;
      document.body.append(form);
      form.submit();
      const link = document.createElement('link');
      link.rel = 'prefetch';
      link.href = `${to}/prefetch`;
      document.head.append(link);
      try {
        new WebSocket(to.replace('http', 'ws'));
      } catch {
        // refused at once is refused too
      }
      await new Promise((settle) => setTimeout(settle, 500));
      for (const element of [frame, form, link]) element.remove();
    });
    expect(fetched).toBe('refused');
    expect(visits).toBe(0);
    expect(app.page.url()).toBe('app://vault/');
  });

  it('not by going there, opening a window, or a link', async () => {
    const opened = await inPage((to) => window.open(to) === null);
    expect(opened).toBe(true);
    await inPage((to) => {
      location.href = to;
    });
    await inPage((to) => {
      const link = document.createElement('a');
      link.href = to;
      link.target = '_blank';
      document.body.append(link);
      link.click();
      link.remove();
    });
    await app.page.waitForTimeout(300);
    expect(app.page.url()).toBe('app://vault/');
    expect(app.electron.windows().length).toBe(1);
    expect(visits).toBe(0);
  });

  it('no file of this computer', async () => {
    const outcomes = await inPage(() =>
      Promise.all(
        [
          'file:///etc/passwd',
          'app://vault/../main/index.cjs',
          'app://vault/%2e%2e/main/index.cjs',
          'app://other/',
        ].map((url) =>
          fetch(url).then(
            ({ status }) => String(status),
            () => 'refused',
          ),
        ),
      ),
    );
    expect(outcomes).toEqual(['refused', '404', '404', 'refused']);
  });

  it('no WebRTC to anywhere', async () => {
    const candidates = await inPage(async () => {
      const connection = new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:3478' }] });
      const found: string[] = [];
      connection.onicecandidate = ({ candidate }) => {
        if (candidate) found.push(candidate.candidate);
      };
      connection.createDataChannel('x');
      await connection.setLocalDescription(await connection.createOffer());
      await new Promise((settle) => setTimeout(settle, 800));
      return found.filter((text) => / udp /i.test(text));
    });
    expect(candidates).toEqual([]);
  });
});

describe('promise: every permission is denied', () => {
  it('asked for, and looked up', async () => {
    const outcomes = await inPage(async () => {
      const refused = (work: () => Promise<unknown>): Promise<string> =>
        work().then(
          () => 'granted',
          () => 'denied',
        );
      return {
        notifications: await Notification.requestPermission(),
        microphone: await refused(() => navigator.mediaDevices.getUserMedia({ audio: true })),
        screen: await refused(() => navigator.mediaDevices.getDisplayMedia()),
        clipboard: await refused(() => navigator.clipboard.readText()),
        location: await refused(
          () => new Promise((found, failed) => navigator.geolocation.getCurrentPosition(found, failed)),
        ),
        midi: await refused(() => navigator.requestMIDIAccess()),
      };
    });
    expect([...new Set(Object.values(outcomes))], JSON.stringify(outcomes)).toEqual(['denied']);
  });

  it('a download goes nowhere', async () => {
    const started = await app.electron.evaluate(({ session }) => {
      (globalThis as { downloads?: number }).downloads = 0;
      session.fromPartition('persist:coretex-vault').on('will-download', (event) => {
        if (!event.defaultPrevented) (globalThis as { downloads?: number }).downloads = 1;
      });
      return true;
    });
    expect(started).toBe(true);
    await inPage(() => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob(['secret']));
      link.download = 'secret.txt';
      link.click();
    });
    await app.page.waitForTimeout(300);
    expect(await app.electron.evaluate(() => (globalThis as { downloads?: number }).downloads)).toBe(0);
  });
});

describe('promise: the page has no Node, no Electron and one bridge', () => {
  it('in its own world', async () => {
    const found = await inPage(() => ({
      node: ['require', 'process', 'Buffer', 'module', 'global', 'electron'].filter((name) => name in globalThis),
      bridge: Object.keys(globalThis.coretexVault).sort(),
    }));
    expect(found).toEqual({ node: [], bridge: ['call', 'dropped', 'on'] });
  });

  it('the bridge refuses names that are not in the contract', async () => {
    const outcomes = await inPage(() =>
      Promise.all(
        [
          ['__proto__', 'toString'],
          ['account', 'constructor'],
          ['account', 'nonsense'],
        ].map(([domain = '', operation = '']) => globalThis.coretexVault.call(domain, operation, {})),
      ),
    );
    expect(outcomes.map((outcome) => outcome.ok)).toEqual([false, false, false]);
  });

  it('dropped files that are none give no handles', async () => {
    const result = await inPage(() => globalThis.coretexVault.dropped([new File(['x'], 'x.txt')]));
    expect(result).toEqual({ ok: true, value: [] });
  });

  it.runIf(sandboxIsOn && process.platform === 'linux')(
    'its process is in the operating system’s sandbox',
    async () => {
      const pid = await app.electron.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
      );
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      expect(status).toMatch(/^Seccomp:\s*2$/m);
      expect(status).toMatch(/^NSpid:\s*\d+\s+\d+/m);
      expect(status).toMatch(/^NoNewPrivs:\s*1$/m);
    },
  );

  it.runIf(process.platform === 'linux')('the main process leaves nothing for a core dump', () => {
    expect(Number.parseInt(readFileSync(`/proc/${app.pid}/coredump_filter`, 'utf8'), 16)).toBe(0);
  });
});

it('a second start leaves the field to the first', async () => {
  await expect(launch(scene)).rejects.toThrow();
  expect(await ask(app.page, 'account', 'state')).toMatchObject({ ok: true });
});
