/** Pictures of a screen in both themes and three sizes, for a person to look at, and axe's word on each. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults, RunOptions } from 'axe-core';
import type { App } from './app.js';

const folder = join(import.meta.dirname, 'screens');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const sizes = [
  [1440, 900],
  [1024, 700],
  [800, 600],
] as const;

type Axe = { run: (context: Document, options: RunOptions) => Promise<AxeResults> };

/** What axe found on all screens so far. */
export const findings: string[] = [];

/** Takes every picture of the screen that is shown, and collects what axe says of each. */
export const lookAt = async (app: App, name: string): Promise<void> => {
  mkdirSync(folder, { recursive: true });
  for (const [width, height] of sizes) {
    await resize(app, width, height);
    for (const colorScheme of ['light', 'dark'] as const) {
      await app.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await settle(app);
      await app.page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}x${height}.png`) });
      const found = await violations(app);
      findings.push(...found.map((text) => `${name}, ${colorScheme}, ${width}×${height}: ${text}`));
    }
  }
  await app.page.emulateMedia({ colorScheme: null, reducedMotion: null });
  await resize(app, ...sizes[0]);
};

/** One picture in each theme, of what a new size of the window would close. */
export const glance = async (app: App, name: string): Promise<void> => {
  mkdirSync(folder, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await app.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await settle(app);
    await app.page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
    findings.push(...(await violations(app)).map((text) => `${name}, ${colorScheme}: ${text}`));
  }
  await app.page.emulateMedia({ colorScheme: null, reducedMotion: null });
};

const resize = ({ electron }: App, width: number, height: number): Promise<void> =>
  electron.evaluate(({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]?.setContentSize(w, h), [
    width,
    height,
  ] as const);

/** Two frames: the layout of the new size, and its paint. */
const settle = async ({ page }: App): Promise<void> => {
  await page.evaluate(
    () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
  );
  await page.waitForTimeout(300);
};

const violations = async ({ page }: App): Promise<string[]> => {
  await page.evaluate(axe);
  const { violations: found } = await page.evaluate(() =>
    (globalThis as unknown as { axe: Axe }).axe.run(document, {
      iframes: false,
      resultTypes: ['violations'],
    }),
  );
  return found.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  );
};
