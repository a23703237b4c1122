import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type SystemPart, displayParts, windowParts } from '../../../build/system-parts.mjs';
import { howToInstall, installSystemParts, requireSystemParts } from '../../../build/system.mjs';
import type { Voice } from '../../../build/voice.mjs';

let folder = '';
let said: string[] = [];
const voice: Voice = { descriptor: 2, say: (text) => void said.push(text) };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'system-'));
  said = [];
  vi.stubEnv('PATH', folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

const program = (name: string, script: string): void => {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
};
const part = (name: string): SystemPart => ({
  ...(windowParts[0] as SystemPart),
  what: name,
  apt: [`${name}-new`, name],
  dnf: `${name}-fedora`,
  pacman: `${name}-arch`,
  isPresent: () => false,
});

describe('says exactly what to install', () => {
  it('on Debian, with the name this release knows', () => {
    program('apt-get', 'exit 1');
    program('apt-cache', 'test "$2" = gtk');
    expect(howToInstall([part('gtk')])).toContain('sudo apt-get install gtk');
    program('apt-cache', 'test "$2" = gtk-new');
    expect(howToInstall([part('gtk')])).toContain('sudo apt-get install gtk-new');
  });

  it('on Fedora and on Arch', () => {
    program('dnf', 'exit 1');
    expect(howToInstall([part('gtk')])).toContain('sudo dnf install gtk-fedora');
    rmSync(join(folder, 'dnf'));
    program('pacman', 'exit 1');
    expect(howToInstall([part('gtk')])).toContain('sudo pacman -S gtk-arch');
  });

  it('elsewhere, by what is missing', () => {
    expect(howToInstall([part('gtk'), part('nss')])).toContain('gtk, nss');
  });
});

describe.runIf(process.platform === 'linux')('a missing part', () => {
  it('stops with the command when it is not ours to install', () => {
    vi.spyOn(process, 'getuid').mockReturnValue(1000);
    program('apt-get', 'exit 1');
    expect(() => requireSystemParts([part('gtk')], voice)).toThrow(/lacks gtk[\s\S]*sudo apt-get install/);
    expect(said).toEqual([]);
  });

  it('is installed by root, saying so', () => {
    vi.spyOn(process, 'getuid').mockReturnValue(0);
    program('apt-cache', 'exit 0');
    program('apt-get', `case "$*" in *gtk*) : > "${folder}/gtk";; esac`);
    const gtk = displayParts[0] as SystemPart;
    const wanted = { ...gtk, what: 'gtk', apt: ['gtk'], isPresent: () => spawned('gtk') };
    requireSystemParts([wanted], voice);
    expect(said).toEqual(['Installing gtk with apt-get …']);
  });

  it('that cannot be had does not keep the others away, and is named', () => {
    vi.spyOn(process, 'getuid').mockReturnValue(0);
    program('apt-cache', 'exit 0');
    program('apt-get', `case "$*" in *ghost*) exit 100;; *gtk*) : > "${folder}/gtk";; esac`);
    const gtk = { ...part('gtk'), apt: ['gtk'], isPresent: () => spawned('gtk') };
    const ghost = { ...part('ghost'), apt: ['ghost'] };
    expect(installSystemParts([gtk, ghost], voice).map(({ what }) => what)).toEqual(['ghost']);
  });

  const spawned = (name: string): boolean => {
    try {
      chmodSync(join(folder, name), 0o644);
      return true;
    } catch {
      return false;
    }
  };
});
