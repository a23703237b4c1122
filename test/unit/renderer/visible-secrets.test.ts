import { describe, expect, it } from 'vitest';
import type { SecretSummary } from '../../../app/model/secret.js';
import { draftOrigin, draftTags, isDraft, withoutDraftTags } from '../../../renderer/state/draft-tag.js';
import { countSecrets, visibleSecrets } from '../../../renderer/state/visible-secrets.js';

const item = (name: string, more: Partial<SecretSummary> = {}): SecretSummary => ({
  id: name,
  version: 1,
  type: 'credentials',
  name,
  tags: [],
  favourite: false,
  trashed: false,
  modified: '2026-01-01T00:00:00.000Z',
  subtitle: '',
  mine: true,
  ownerName: '',
  readers: 1,
  ended: false,
  ...more,
});

const items = [
  item('key 10', { favourite: true, tags: ['prod'] }),
  item('Key 9', { type: 'aws', modified: '2026-02-01T00:00:00.000Z' }),
  item('gone', { trashed: true, tags: ['prod'] }),
  item('half typed', { trashed: true, tags: draftTags('abc') }),
];
const names = (list: readonly SecretSummary[]) => list.map((one) => one.name);

describe('visible secrets', () => {
  it('sorts names as people count, and times newest first', () => {
    expect(names(visibleSecrets(items, { kind: 'all' }, null, 'name'))).toEqual(['Key 9', 'key 10']);
    expect(names(visibleSecrets(items, { kind: 'all' }, null, 'modified'))).toEqual(['Key 9', 'key 10']);
  });

  it('filters by favourite, type, tag and trash', () => {
    expect(names(visibleSecrets(items, { kind: 'favourites' }, null, 'name'))).toEqual(['key 10']);
    expect(names(visibleSecrets(items, { kind: 'type', type: 'aws' }, null, 'name'))).toEqual(['Key 9']);
    expect(names(visibleSecrets(items, { kind: 'tag', tag: 'prod' }, null, 'name'))).toEqual(['key 10']);
    expect(names(visibleSecrets(items, { kind: 'trash' }, null, 'name'))).toEqual(['gone']);
  });

  it('shows what a search found in the order of the search', () => {
    expect(names(visibleSecrets(items, { kind: 'all' }, ['key 10', 'nothing', 'Key 9'], 'name'))).toEqual([
      'key 10',
      'Key 9',
    ]);
  });

  it('counts neither the trash among the rest nor drafts anywhere', () => {
    const counts = countSecrets(items);
    expect(counts).toMatchObject({ all: 2, favourites: 1, trash: 1 });
    expect([...counts.tags]).toEqual([['prod', 1]]);
    expect([...counts.types]).toEqual([
      ['credentials', 1],
      ['aws', 1],
    ]);
  });

  it('stays quick at 10,000 rows', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => item(`secret ${(index * 7919) % 10_000}`));
    const started = performance.now();
    expect(visibleSecrets(many, { kind: 'all' }, null, 'name')).toHaveLength(10_000);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('draft tags', () => {
  it('tell a draft, and what it would change', () => {
    expect(isDraft({ tags: draftTags(null) })).toBe(true);
    expect(isDraft({ tags: ['prod'] })).toBe(false);
    expect(draftOrigin({ tags: draftTags('abc') })).toBe('abc');
    expect(draftOrigin({ tags: draftTags(null) })).toBeNull();
    expect(withoutDraftTags([...draftTags('abc'), 'prod'])).toEqual(['prod']);
  });
});
