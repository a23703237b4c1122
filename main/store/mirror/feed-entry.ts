export const feedPrefix = 'changes/';
export const isFeedKey = (key: string): boolean => key.startsWith(feedPrefix);
