/**
 * Pictures of every screen for a person to look at, and a check of each with axe:
 *   node test/preview/shoot.mjs [--out FOLDER] [--only TEXT] [--size WIDTHxHEIGHT] [--theme light|dark]
 * Ends with 1 when axe finds something, when a scene cannot be reached, or when the console shows an error or a violation of
 * the page's policy. The folder is test/e2e/screens/preview unless told otherwise.
 */
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { scenes } from './scenes.mjs';
import { servePreview } from './serve.mjs';

const require = createRequire(import.meta.url);
const { source: axeSource } = require('axe-core');

const { values } = parseArgs({
  options: { out: { type: 'string' }, only: { type: 'string' }, size: { type: 'string' }, theme: { type: 'string' } },
});
const out = values.out ?? path.join(import.meta.dirname, '..', 'e2e', 'screens', 'preview');
const sizes = ['1440x900', '1100x700', '800x600'].filter((size) => !values.size || size === values.size);
const themes = /** @type {const} */ (['light', 'dark']).filter((theme) => !values.theme || theme === values.theme);
const chosen = scenes.filter(
  (scene) => !values.only || values.only.split(',').some((text) => scene.name.includes(text)),
);

/** @type {string[]} */
const findings = [];

/** @param {import('playwright-core').Page} page @param {string} where */
const checkWithAxe = async (page, where) => {
  await page.evaluate(axeSource);
  const violations = await page.evaluate(async () => {
    const axe = /** @type {import('axe-core')} */ (Reflect.get(globalThis, 'axe'));
    const result = await axe.run(document, { resultTypes: ['violations'] });
    return result.violations.map(
      (one) =>
        `${one.id}: ${one.help}: ${one.nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary ?? ''}`).join(' | ')}`,
    );
  });
  findings.push(...violations.map((violation) => `${where}: axe ${violation}`));
};

/** @param {import('playwright-core').Page} page @param {string} url @param {import('./scenes.mjs').Scene} scene */
const shoot = async (page, url, scene) => {
  await page.goto(`${url}#${encodeURIComponent(JSON.stringify(scene.scenario ?? {}))}`);
  await page.reload();
  await page.locator('main').first().waitFor();
  if (scene.act) await scene.act(page);
  await page.waitForTimeout(250);
};

const main = async () => {
  await mkdir(out, { recursive: true });
  const server = await servePreview();
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--force-device-scale-factor=1'],
  });
  try {
    for (const theme of themes) {
      const page = await browser.newPage({ colorScheme: theme, viewport: { width: 1440, height: 900 } });
      page.setDefaultTimeout(4000);
      let where = '';
      page.on('console', (message) => {
        if (message.type() === 'error') findings.push(`${where}: console ${message.text()}`);
      });
      page.on('pageerror', (error) => findings.push(`${where}: page ${error.message}`));
      for (const scene of chosen) {
        where = `${scene.name} ${theme}`;
        await page.setViewportSize({ width: 1440, height: 900 });
        try {
          await shoot(page, server.url, scene);
        } catch (error) {
          findings.push(`${where}: not reached: ${String(error).split('\n')[0]}`);
        }
        for (const size of sizes) {
          const [width = 0, height = 0] = size.split('x').map(Number);
          await page.setViewportSize({ width, height });
          await page.waitForTimeout(120);
          await page.screenshot({ path: path.join(out, `${scene.name}-${size}-${theme}.png`) });
          await checkWithAxe(page, `${where} ${size}`);
        }
      }
      await page.close();
    }
  } finally {
    await browser.close();
    await server.close();
  }
  for (const finding of findings) console.log(finding);
  console.log(`${chosen.length} screens, ${findings.length} findings, pictures in ${out}`);
  process.exitCode = findings.length > 0 ? 1 : 0;
};

await main();
