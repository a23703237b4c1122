import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { demandCases, loadVectors } from './load-vectors.js';

const names = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' });
const files = names.filter((name) => name.endsWith('.json'));
const tests = ['../vectors', '../unit', '../interop', '../security']
  .map((folder) => join(import.meta.dirname, folder))
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n');

it('there are files of vectors', () => {
  expect(files.length).toBeGreaterThan(0);
});

describe.each(files)('%s', (file) => {
  it('holds cases', () => {
    expect(demandCases(join(import.meta.dirname, file))).toBeGreaterThan(0);
  });

  it('is read by a test', () => {
    expect(tests).toContain(basename(file, '.json'));
  });
});

describe('a file without cases', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vectors-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const written = (text: string): string => {
    const path = join(folder, 'vectors.json');
    writeFileSync(path, text);
    return path;
  };

  it.each(['[]', '{}', '{"cases":[]}', '{"notes":"x","cases":[]}'])('is refused: %s', (text) => {
    expect(() => demandCases(written(text))).toThrow('holds no case');
  });

  it.each(['[]', '{"cases":[]}'])('loads nothing, and says so: %s', (text) => {
    expect(() => loadVectors(written(text), z.string())).toThrow('holds no case');
  });

  it('and one with cases loads them all', () => {
    expect(loadVectors(written('{"notes":"x","cases":["a","b"]}'), z.string())).toEqual(['a', 'b']);
    expect(loadVectors(written('["a"]'), z.string())).toEqual(['a']);
  });

  it('and one whose case does not fit is refused', () => {
    expect(() => loadVectors(written('[1]'), z.string())).toThrow();
  });
});
