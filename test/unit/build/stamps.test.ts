import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { notesFolder, root } from '../../../build/checkout.mjs';
import { isUpToDate, takeStamp, write } from '../../../build/stamps.mjs';

let folder = '';
let sources: string[] = [];
const stampName = () => `unit-test-${String(process.pid)}`;

beforeEach(() => {
  mkdirSync(notesFolder, { recursive: true });
  folder = mkdtempSync(join(notesFolder, 'stamps-'));
  mkdirSync(join(folder, 'deep'));
  writeFileSync(join(folder, 'deep/one.ts'), 'one');
  sources = [relative(root, folder).replaceAll('\\', '/')];
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  rmSync(join(notesFolder, `${stampName()}.stamp.json`), { force: true });
});

it('is not up to date before anything was made', () => {
  expect(isUpToDate(stampName(), sources)).toBe(false);
});

it('is up to date when nothing changed, and when files were only touched', () => {
  write(stampName(), takeStamp(sources));
  expect(isUpToDate(stampName(), sources)).toBe(true);
  utimesSync(join(folder, 'deep/one.ts'), new Date(), new Date(1));
  expect(isUpToDate(stampName(), sources)).toBe(true);
});

it('is not up to date when a file changed, came, went or took another name', () => {
  const file = join(folder, 'deep/one.ts');
  const changes = [
    () => writeFileSync(file, 'two'),
    () => writeFileSync(join(folder, 'new.ts'), ''),
    () => rmSync(file),
    () => writeFileSync(join(folder, 'deep/other.ts'), 'two'),
  ];
  for (const change of changes) {
    write(stampName(), takeStamp(sources));
    change();
    expect(isUpToDate(stampName(), sources)).toBe(false);
  }
});

it('counts what changes during the work as changed', () => {
  const stamp = takeStamp(sources);
  writeFileSync(join(folder, 'deep/one.ts'), 'changed while bundling');
  write(stampName(), stamp);
  expect(isUpToDate(stampName(), sources)).toBe(false);
});
