/**
 * Unsaved forms are kept in the vault itself: as trashed secrets with these tags, encrypted like any other, so that they
 * outlive a lock and a crash without ever being held by a locked window. Lists leave them out; the secrets screen offers
 * to go on with them.
 */
import { unsavedTag, type SecretSummary } from '../../app/model/secret.js';

const draftTag = unsavedTag;
const originPrefix = 'coretex-unsaved-of:';

export const draftTags = (originId: string | null): string[] =>
  originId === null ? [draftTag] : [draftTag, `${originPrefix}${originId}`];

export const isDraft = (item: Readonly<{ tags: readonly string[] }>): boolean => item.tags.includes(draftTag);

/** The secret that a draft would change; null when it would be a new one. */
export const draftOrigin = (item: Pick<SecretSummary, 'tags'>): string | null =>
  item.tags.find((tag) => tag.startsWith(originPrefix))?.slice(originPrefix.length) ?? null;

export const withoutDraftTags = (tags: readonly string[]): string[] =>
  tags.filter((tag) => tag !== draftTag && !tag.startsWith(originPrefix));
