import { writeFileSync } from 'node:fs';

/**
 * SECURITY: keys in memory must not end up in a core dump. On Linux this process tells the kernel to leave every kind of
 * mapping out of one; macOS and Windows make none unless an administrator asks. No crash reporter is ever started.
 * Returns whether it took.
 */
export const refuseCoreDumps = (): boolean => {
  if (process.platform !== 'linux') return true;
  try {
    writeFileSync('/proc/self/coredump_filter', '0');
    return true;
  } catch {
    return false; // a kernel built without core dumps has no such file
  }
};
