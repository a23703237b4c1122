export const runSmoke = (..._args: unknown[]): Promise<boolean> => Promise.resolve(false);
