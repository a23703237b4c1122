/** Sizes, times and counts as a person reads them. */
const units = ['bytes', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;

/** 1,000-based, as the file managers of today count: "1.4 MB". */
export const formatBytes = (bytes: number): string => {
  if (bytes === 1) return '1 byte';
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toLocaleString('en', { maximumFractionDigits: digits })} ${units[unit] ?? ''}`;
};

export const formatCount = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

const dayMs = 86_400_000;

/** "14:02" today, "Yesterday", "3 Feb", "3 Feb 2024". */
export const formatDay = (iso: string, now: Date = new Date()): string => {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return '';
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  if (time.getTime() >= midnight && time.getTime() < midnight + dayMs)
    return time.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  if (time.getTime() >= midnight - dayMs && time.getTime() < midnight) return 'Yesterday';
  const sameYear = time.getFullYear() === now.getFullYear();
  return time.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) });
};

/** "3 February 2026, 14:02" */
export const formatTime = (iso: string): string => {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return '';
  const day = time.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
  return `${day}, ${time.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}`;
};

/** "less than a minute left", "3 min left", "2 h left"; empty when it cannot be known yet. */
export const formatRemaining = (seconds: number): string => {
  if (!Number.isFinite(seconds) || seconds < 0) return '';
  if (seconds < 60) return 'less than a minute left';
  if (seconds < 3600) return `${Math.round(seconds / 60)} min left`;
  return `${Math.round(seconds / 3600)} h left`;
};

/** "10 minutes", "1 hour", "30 seconds" */
export const formatDuration = (ms: number): string => {
  if (ms < 60_000) return formatCount(Math.round(ms / 1000), 'second');
  if (ms < 3_600_000) return formatCount(Math.round(ms / 60_000), 'minute');
  return formatCount(Math.round(ms / 3_600_000), 'hour');
};
