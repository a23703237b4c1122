/** How a vault stands with its store, as a person reads it. Pure. */
import type { SyncStatus } from '../../app/model/sync.js';
import { formatBytes, formatCount, formatDay } from './format.js';
import { waitWords } from './sync.js';

/** One line for the sidebar; empty for a folder, which has nothing to send. */
export const chipWords = ({ state, waitingItems, progress }: SyncStatus): string => {
  const waits = waitingItems === 0 ? '' : ` · ${waitWords(waitingItems)}`;
  switch (state) {
    case 'folder':
      return '';
    case 'current':
      return waitingItems === 0 ? 'Up to date' : waitWords(waitingItems);
    case 'working':
      return progress === null ? 'Working…' : `Working… ${Math.round(progress * 100)} %`;
    case 'offline':
      return `Offline${waits}`;
    case 'paused':
      return `Paused${waits}`;
    case 'trouble':
      return waits === '' ? 'The store refuses' : `Not sent${waits}`;
  }
};

/** The title of the popover, and what it means for the person's data. */
export const stateWords = ({ state, waitingItems, message }: SyncStatus): Readonly<{ title: string; text: string }> => {
  const some = waitingItems > 0;
  switch (state) {
    case 'folder':
    case 'current':
      return some
        ? { title: 'Something waits', text: 'The store answers. What is below was not sent yet.' }
        : { title: 'Up to date', text: 'Everything was sent, and everything new was seen.' };
    case 'working':
      return { title: 'Working', text: 'Sending what was changed here, and fetching what is new.' };
    case 'offline':
      return {
        title: 'Offline',
        text: some
          ? 'The store does not answer. Nothing is lost: what you changed is kept here, encrypted, and is sent as soon as it answers.'
          : 'The store does not answer. Everything you have seen stays readable, and you can go on working.',
      };
    case 'paused':
      return {
        title: 'Paused',
        text: 'Nothing is sent or fetched until you resume. What you change is kept here, encrypted.',
      };
    case 'trouble':
      return { title: 'The store refuses', text: message };
  }
};

/** Why the content of a file cannot be shown that this computer never fetched. @param message what the attempt ended with */
export const absentWords = (state: SyncStatus['state'], message: string): string => {
  if (state === 'offline') return 'The store does not answer. The file is fetched as soon as it does.';
  if (state === 'paused') return 'Nothing is fetched until you resume.';
  return message;
};

const minuteMs = 60_000;

/** "just now", "12 minutes ago", "3 hours ago", then the day. */
export const agoWords = (iso: string | null, now: number = Date.now()): string => {
  if (iso === null) return 'never';
  const ms = now - new Date(iso).getTime();
  if (Number.isNaN(ms)) return 'never';
  if (ms < minuteMs) return 'just now';
  if (ms < 60 * minuteMs) return `${formatCount(Math.floor(ms / minuteMs), 'minute')} ago`;
  if (ms < 12 * 60 * minuteMs) return `${formatCount(Math.floor(ms / (60 * minuteMs)), 'hour')} ago`;
  const day = formatDay(iso, new Date(now));
  return day === 'Yesterday' ? 'yesterday' : /^\d\d:\d\d$/.test(day) ? `at ${day}` : `on ${day}`;
};

/** "1 KB/s" and the like; 0 is no limit. */
export const rateWords = (bytesPerSecond: number): string =>
  bytesPerSecond === 0 ? 'No limit' : `${formatBytes(bytesPerSecond)}/s`;

/** What a person may choose from, with what is set among it even when it is no usual one. */
export const withCurrent = (offered: readonly number[], current: number): readonly number[] =>
  offered.includes(current) ? offered : [...offered, current].sort((a, b) => a - b);

const gigabyte = 1024 ** 3;

/** "5 GB", as the sizes of the cache are counted: 1,024-based. */
export const cacheWords = (bytes: number): string =>
  `${(bytes / gigabyte).toLocaleString('en', { maximumFractionDigits: 1 })} GB`;

/** how many bytes of contents may be kept here: what is offered */
export const cacheSizes = [1, 5, 10, 20, 50, 100, 500].map((count) => count * gigabyte);

/** bytes per second: what is offered; 0 is no limit */
export const rateLimits = [0, 256_000, 1_000_000, 5_000_000, 20_000_000];
