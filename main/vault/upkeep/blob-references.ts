import type { FileContent } from '../index/index-entries.js';

/** What one version of a file says about its content. */
export type BlobReference = FileContent &
  Readonly<{
    project: string;
    /** plaintext bytes */
    size: number;
    /** the file, in a person's words */
    what: string;
    /** false: the version has no effect or is superseded by a deletion; the blob may be gone, but is nobody's to remove */
    needed: boolean;
  }>;
