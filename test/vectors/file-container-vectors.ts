import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerVector } from './container-vector.js';

/** The frozen containers of file-container.json. */
export function containerVectors(): ContainerVector[] {
  const file = join(import.meta.dirname, 'file-container.json');
  const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: ContainerVector[] };
  if (vectors.length === 0) throw new Error(`${file} holds no vectors`);
  return vectors;
}
