/** What the checkout needs of the operating system, how to see whether it is there, and what each distribution calls it. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * `apt` lists alternatives, newest first: Debian 13 and Ubuntu 24.04 renamed some libraries.
 * @typedef {{ what: string, apt: string[], dnf: string, pacman: string, isPresent: () => boolean }} SystemPart
 */

/** @type {string | undefined} */
let libraries;

/**
 * A shared library by its soname, as the loader knows it. A system without ldconfig cannot be asked and is trusted.
 * @param {string} soname
 */
function hasLibrary(soname) {
  libraries ??= ['/sbin/ldconfig', '/usr/sbin/ldconfig']
    .filter((path) => existsSync(path))
    .map((path) => spawnSync(path, ['-p'], { encoding: 'utf8' }).stdout)
    .join('');
  return libraries === '' || libraries.includes(`\t${soname} `);
}

/** After an installation the loader's list is another one. */
export const lookAgain = () => (libraries = undefined);

/**
 * @param {string} name
 * @returns {string | undefined} where PATH finds it
 */
export const programPath = (name) =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));

/** @param {string} name */
export const hasProgram = (name) => programPath(name) !== undefined;

/**
 * @param {string} soname
 * @param {string[]} apt
 * @param {string} dnf
 * @param {string} pacman
 * @returns {SystemPart}
 */
const library = (soname, apt, dnf, pacman) => ({ what: soname, apt, dnf, pacman, isPresent: () => hasLibrary(soname) });

/**
 * @param {string} name
 * @param {string} apt
 * @param {string} dnf
 * @param {string} pacman
 * @returns {SystemPart}
 */
const program = (name, apt, dnf, pacman) => ({
  what: name,
  apt: [apt],
  dnf,
  pacman,
  isPresent: () => hasProgram(name),
});

/**
 * A module of Debian's own Python: the interoperability tests run /usr/bin/python3 and nothing from the project.
 * @param {string} module
 * @param {string} apt
 * @returns {SystemPart}
 */
const python = (module, apt) => ({
  what: `/usr/bin/python3 with ${module}`,
  apt: [apt],
  dnf: apt,
  pacman: apt.replace('python3-', 'python-'),
  isPresent: () =>
    existsSync('/usr/bin/python3') &&
    ['/usr/lib/python3/dist-packages', '/usr/lib/python3/site-packages'].some((folder) =>
      existsSync(join(folder, module)),
    ),
});

/** The libraries an Electron window links to. */
export const windowParts = [
  library('libgtk-3.so.0', ['libgtk-3-0t64', 'libgtk-3-0'], 'gtk3', 'gtk3'),
  library('libnss3.so', ['libnss3'], 'nss', 'nss'),
  library('libasound.so.2', ['libasound2t64', 'libasound2'], 'alsa-lib', 'alsa-lib'),
  library('libgbm.so.1', ['libgbm1'], 'mesa-libgbm', 'mesa'),
  library('libsecret-1.so.0', ['libsecret-1-0'], 'libsecret', 'libsecret'),
];

/** A virtual display, for machines without one. */
export const displayParts = [program('Xvfb', 'xvfb', 'xorg-x11-server-Xvfb', 'xorg-server-xvfb')];

/** What the registry's Electron is unpacked with. */
export const unpackParts = [program('unzip', 'unzip', 'unzip', 'unzip')];

/** What electron-builder makes archives with; its own copy comes from a release host. */
export const archiveParts = [program('7za', 'p7zip-full', 'p7zip', '7zip')];

/** A keyring of its own for the end-to-end tests, apart from the user's. */
export const keyringParts = [
  program('dbus-run-session', 'dbus-daemon', 'dbus-daemon', 'dbus'),
  program('gnome-keyring-daemon', 'gnome-keyring', 'gnome-keyring', 'gnome-keyring'),
];

/** Other people's implementations and readers, which the tests compare with. Without one, the tests that use it are skipped. */
export const comparisonParts = [
  python('cryptography', 'python3-cryptography'),
  python('jwcrypto', 'python3-jwcrypto'),
  python('argon2', 'python3-argon2'),
  python('Cryptodome', 'python3-pycryptodome'),
  program('openssl', 'openssl', 'openssl', 'openssl'),
  program('age', 'age', 'age', 'age'),
  program('gpg', 'gpg', 'gnupg2', 'gnupg'),
  program('pdftotext', 'poppler-utils', 'poppler-utils', 'poppler'),
];
