import { describe, expect, it } from 'vitest';
import { errorCodes, errorSentences, VaultError } from '../../../app/errors.js';
import { asVaultError, errorAdvice } from '../../../renderer/state/error-advice.js';
import {
  formatBytes,
  formatCount,
  formatDay,
  formatDuration,
  formatRemaining,
} from '../../../renderer/state/format.js';
import { matching } from '../../../renderer/state/matching.js';
import { printKeys, shortcutOf, shortcuts } from '../../../renderer/state/shortcuts.js';
import { fractionOf, rateOf, sampled } from '../../../renderer/state/transfers.js';

describe('errors', () => {
  it('say what each means for the data or what to do', () => {
    expect(errorCodes.length).toBeGreaterThan(20);
    for (const code of errorCodes) expect(`${errorAdvice[code].meaning}${errorAdvice[code].action}`, code).not.toBe('');
  });

  it('never show what was thrown by accident', () => {
    expect(asVaultError(new TypeError('secret value')).message).toBe(errorSentences.internal);
    const known = new VaultError('damaged');
    expect(asVaultError(known)).toBe(known);
  });
});

describe('formats', () => {
  it('sizes', () => {
    expect([0, 1, 999, 1000, 1_440_000, 99_960_000, 7_340_032_000].map(formatBytes)).toEqual([
      '0 bytes',
      '1 byte',
      '999 bytes',
      '1 KB',
      '1.4 MB',
      '100 MB',
      '7.3 GB',
    ]);
  });

  it('counts, durations and what remains', () => {
    expect(formatCount(1, 'file')).toBe('1 file');
    expect(formatCount(1204, 'file')).toBe('1,204 files');
    expect([30_000, 60_000, 600_000, 3_600_000].map(formatDuration)).toEqual([
      '30 seconds',
      '1 minute',
      '10 minutes',
      '1 hour',
    ]);
    expect([12, 190, 8000, Infinity].map(formatRemaining)).toEqual([
      'less than a minute left',
      '3 min left',
      '2 h left',
      '',
    ]);
  });

  it('days', () => {
    const now = new Date(2026, 1, 10, 12);
    expect(formatDay(new Date(2026, 1, 10, 9, 5).toISOString(), now)).toBe('09:05');
    expect(formatDay(new Date(2026, 1, 9, 23).toISOString(), now)).toBe('Yesterday');
    expect(formatDay(new Date(2026, 0, 3).toISOString(), now)).toBe('3 Jan');
    expect(formatDay(new Date(2024, 0, 3).toISOString(), now)).toBe('3 Jan 2024');
    expect(formatDay('not a time', now)).toBe('');
  });
});

describe('matching', () => {
  const found = (query: string) => matching(['Stagit', 'my git token', 'GitHub bot'], query, (text) => [text], 9);
  it('prefers starts, then starts of words', () =>
    expect(found('git')).toEqual(['GitHub bot', 'my git token', 'Stagit']));
  it('wants every word', () => expect(found('git tok')).toEqual(['my git token']));
  it('shows the first few when nothing is asked', () => expect(matching([1, 2, 3], '', () => [], 2)).toEqual([1, 2]));
});

describe('shortcuts', () => {
  const press = (key: string, more = {}) => ({
    key,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    altKey: false,
    ...more,
  });

  it('read Ctrl elsewhere and Cmd on a Mac', () => {
    expect(shortcutOf(press('k', { ctrlKey: true }), false, false)).toBe('palette');
    expect(shortcutOf(press('k', { metaKey: true }), false, false)).toBeNull();
    expect(shortcutOf(press('k', { metaKey: true }), false, true)).toBe('palette');
    expect(shortcutOf(press('N', { ctrlKey: true, shiftKey: true }), false, false)).toBe('new-project');
    expect(shortcutOf(press('F6'), true, false)).toBe('next-pane');
    expect(shortcutOf(press('k', { ctrlKey: true, altKey: true }), false, false)).toBeNull();
  });

  it('leave undo to the field a person types in', () => {
    expect(shortcutOf(press('z', { ctrlKey: true }), true, false)).toBeNull();
    expect(shortcutOf(press('z', { ctrlKey: true }), false, false)).toBe('undo');
  });

  it('are told apart', () => {
    const keys = shortcuts.map((shortcut) => shortcut.keys.join('+'));
    expect(new Set(keys).size).toBe(keys.length);
    expect(printKeys('palette', true)).toEqual(['⌘', 'K']);
  });
});

describe('transfers', () => {
  it('measure the last five seconds', () => {
    const samples = [0, 1000, 2000, 9000].reduce<readonly { at: number; bytes: number }[]>(
      (list, at) => sampled(list, { at, bytes: at * 10 }),
      [],
    );
    expect(samples.map((sample) => sample.at)).toEqual([9000]);
    expect(
      rateOf([
        { at: 0, bytes: 0 },
        { at: 2000, bytes: 4000 },
      ]),
    ).toBe(2000);
    expect(rateOf([{ at: 0, bytes: 0 }])).toBeNull();
  });

  it('know how far they are, by bytes or by files', () => {
    const base = {
      id: '',
      kind: 'upload',
      projectId: '',
      state: 'running',
      label: '',
      current: [],
      failures: [],
      failedFiles: 0,
    } as const;
    const far = (more: { files: number; filesDone: number; bytes: number; bytesDone: number }) =>
      fractionOf({ ...base, current: [], failures: [], ...more });
    expect(far({ files: 2, filesDone: 0, bytes: 100, bytesDone: 25 })).toBe(0.25);
    expect(far({ files: 2, filesDone: 1, bytes: 0, bytesDone: 0 })).toBe(0.5);
    expect(far({ files: 0, filesDone: 0, bytes: 0, bytesDone: 0 })).toBe(0);
  });
});
