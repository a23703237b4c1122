/** A display to open windows on, for machines that have none. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CannotGoOn } from './voice.mjs';

/** @typedef {{ environment: Record<string, string>, stop: () => void }} VirtualDisplay */

/** Whether windows can be opened here as things are. */
export const hasDisplay = () =>
  process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);

/**
 * Starts Xvfb on a free display number; `environment` leads programs to it. It ends with us.
 * @param {string} [size]
 * @returns {Promise<VirtualDisplay>}
 */
export async function startVirtualDisplay(size = '1440x900') {
  const folder = mkdtempSync(join(tmpdir(), 'coretex-vault-display-'));
  const authority = join(folder, 'authority');
  // SECURITY: without a cookie, any user of this machine could look at the window and type into it.
  writeFileSync(authority, authorityFile(randomBytes(16)), { mode: 0o600 });
  const server = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', `${size}x24`, '-auth', authority, '-nolisten', 'tcp', '-noreset'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  const stop = () => {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', stop);
  const number = await displayNumber(server);
  return { environment: { DISPLAY: `:${number}`, XAUTHORITY: authority }, stop };
}

/**
 * @param {import('node:child_process').ChildProcess} server
 * @returns {Promise<number>}
 */
function displayNumber(server) {
  return new Promise((resolve, reject) => {
    server.once('error', ({ message }) => reject(new CannotGoOn(`Xvfb could not be started: ${message}`)));
    server.once('exit', (code) => reject(new CannotGoOn(`Xvfb ended with code ${code} before it had a display.`)));
    let text = '';
    server.stdio[3]?.on('data', (chunk) => {
      text += String(chunk);
      if (text.endsWith('\n')) resolve(Number(text));
    });
  });
}

/**
 * An Xauthority file (Xau's binary form) with one cookie that is good for any host and display number, since the number is
 * known only after the server has read the file.
 * @param {Buffer} cookie
 */
function authorityFile(cookie) {
  const familyWild = Buffer.from([0xff, 0xff]);
  return Buffer.concat([familyWild, field(''), field(''), field('MIT-MAGIC-COOKIE-1'), field(cookie)]);
}

/** @param {string | Buffer} content */
function field(content) {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}
