/** Reads files of vectors. One that holds no case would let everything pass, so it is an error here. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * The cases of one file: a JSON array, or the one array inside a JSON object.
 * @throws when the file is not there, not JSON, holds no case, or a case does not fit the schema
 */
export function loadVectors<Case>(path: string, schema: z.ZodType<Case>): Case[] {
  return z.array(schema).min(1, `${path} holds no case`).parse(casesIn(path));
}

/** Every list of cases at the top of a file of vectors: none of them may be empty, and there must be one. */
export function demandCases(path: string): number {
  const content = parse(path);
  const values: unknown[] = Array.isArray(content) ? [content] : Object.values(content);
  const lists = values.filter((value) => Array.isArray(value));
  if (values.length === 0 || lists.some((list) => list.length === 0)) throw new Error(`${path} holds no case`);
  return lists.reduce((sum, list) => sum + list.length, values.length - lists.length);
}

function casesIn(path: string): unknown {
  const content = parse(path);
  if (Array.isArray(content)) return content;
  const lists = Object.values(content).filter((value) => Array.isArray(value));
  if (lists.length !== 1) throw new Error(`${path} holds ${lists.length} lists of cases, not one`);
  return lists[0];
}

const parse = (path: string): object => z.looseObject({}).or(z.array(z.unknown())).parse(JSON.parse(readFileSync(path, 'utf8')));
