import { describe, expect, it } from 'vitest';
import { sentenceOf } from '../../../app/model/activity-words.js';
import { activityTypes, type ActivityLine } from '../../../app/model/people.js';

const [ada, bob] = ['a'.repeat(32), 'b'.repeat(32)];

const line = (more: Partial<ActivityLine>): ActivityLine => ({
  projectId: 'c'.repeat(32),
  projectName: 'Folding',
  sequence: 7,
  time: '2026-03-01T10:00:00.000Z',
  type: 'create',
  actor: ada,
  actorName: 'Ada',
  subject: null,
  role: null,
  epoch: null,
  receipt: null,
  void: false,
  ...more,
});

const aboutBob = { subject: { id: bob, name: 'Bob' } };
const aboutHerself = { subject: { id: ada, name: 'Ada' } };

const cases: readonly (readonly [Partial<ActivityLine>, did: string, tried: string])[] = [
  [{ type: 'create' }, 'created the project', 'create the project again'],
  [{ type: 'rename' }, 'renamed the project', 'rename the project'],
  [{ type: 'add-member', role: 'editor', ...aboutBob }, 'added Bob as editor', 'add Bob as editor'],
  [{ type: 'set-role', role: 'admin', ...aboutBob }, 'made Bob an admin', 'make Bob an admin'],
  [{ type: 'set-role', role: 'viewer', ...aboutBob }, 'made Bob a viewer', 'make Bob a viewer'],
  [{ type: 'remove-member', ...aboutBob }, 'removed Bob and changed the project’s key', 'remove Bob'],
  [{ type: 'authorize-node', ...aboutBob }, 'let the node Bob read the project', 'let the node Bob read the project'],
  [
    { type: 'revoke-node', ...aboutBob },
    'shut out the node Bob and changed the project’s key',
    'shut out the node Bob',
  ],
  [{ type: 'rotate', epoch: 3 }, 'changed the project’s key', 'change the project’s key'],
  [
    { type: 'rekeyed', epoch: 3 },
    're-encrypted the older files with the new key',
    'say that the older files were re-encrypted',
  ],
  [
    { type: 'receipt', receipt: { command: 'train.py', secrets: ['AWS', 'W&B'], files: 14 } },
    'read 2 secrets and 14 files for train.py',
    'note having read 2 secrets and 14 files for train.py',
  ],
];

describe('the log in plain words', () => {
  it('has a sentence for every kind of entry', () =>
    expect(new Set(cases.map(([more]) => more.type))).toEqual(new Set(activityTypes)));

  it.each(cases)('%o', (more, did, tried) => {
    expect(sentenceOf(line(more))).toBe(`Ada ${did}`);
    expect(sentenceOf(line({ ...more, void: true }))).toBe(`Ada tried to ${tried}; it had no effect`);
  });

  it('says when somebody does it to themselves', () => {
    const own = (more: Partial<ActivityLine>) => sentenceOf(line({ ...more, ...aboutHerself }));
    expect(own({ type: 'set-role', role: 'owner', void: true })).toBe('Ada tried to become an owner; it had no effect');
    expect(own({ type: 'add-member', role: 'owner', void: true })).toBe(
      'Ada tried to become an owner; it had no effect',
    );
    expect(own({ type: 'set-role', role: 'viewer' })).toBe('Ada changed their own role and is a viewer now');
    expect(own({ type: 'remove-member' })).toBe('Ada left, and the project’s key was changed');
  });

  it('counts what was read', () => {
    const read = (secrets: string[], files: number, command = 'sh') =>
      sentenceOf(line({ type: 'receipt', receipt: { command, secrets, files } }));
    expect(read(['one'], 0)).toBe('Ada read 1 secret for sh');
    expect(read([], 1, '')).toBe('Ada read 1 file');
    expect(read([], 1204)).toBe('Ada read 1,204 files for sh');
    expect(read([], 0)).toBe('Ada read nothing for sh');
    expect(sentenceOf(line({ type: 'receipt' }))).toBe('Ada noted a reading that cannot be opened here');
  });

  it('lets no name break the line or turn its direction', () => {
    const forged = { id: bob, name: 'Bob\u202E\nMallory\u001B[2J' };
    expect(sentenceOf(line({ type: 'remove-member', subject: forged }))).toBe(
      'Ada removed Bob Mallory [2J and changed the project’s key',
    );
    expect(sentenceOf(line({ actorName: ' \u2066 ' }))).toBe('Somebody created the project');
  });
});
