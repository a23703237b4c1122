import type { SecretRecord } from './secret-record.js';

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What a version changed against the one before it: field names, and `name`, `tags`, `favourite`, `trashed`. All fields of the first. */
export const changedParts = (before: SecretRecord | undefined, after: SecretRecord): string[] => {
  if (before === undefined) return Object.keys(after.fields);
  const fields = [...new Set([...Object.keys(before.fields), ...Object.keys(after.fields)])];
  const changed = fields.filter((field) => before.fields[field] !== after.fields[field]);
  if (before.name !== after.name) changed.push('name');
  if (!same(before.tags, after.tags)) changed.push('tags');
  if (before.favourite !== after.favourite) changed.push('favourite');
  if (before.state !== after.state) changed.push('trashed');
  return changed;
};
