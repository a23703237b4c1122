import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../../build/checkout.mjs';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const manifest = JSON.parse(read('package.json')) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
const dependencies = { ...manifest.dependencies, ...manifest.devDependencies };
const page = read('docs/dependencies.md');
const { packages } = JSON.parse(read('package-lock.json')) as {
  packages: Record<string, { integrity?: string; link?: boolean }>;
};

describe.each(Object.entries(dependencies))('%s', (name, version) => {
  it('has its line in docs/dependencies.md', () => {
    expect(page).toContain(`\`${name}\``);
  });

  it('has an exact version', () => {
    expect(version.replace(/^npm:@?[^@]+@/, '')).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

it('every locked package is pinned by hash', () => {
  const entries = Object.entries(packages).filter(([path]) => path !== '');
  expect(entries.length).toBeGreaterThan(100);
  expect(entries.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
});

it('installing runs no script of a package', () => {
  expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
});
