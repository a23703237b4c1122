import { resolve } from 'node:path';

export type LaunchOptions = Readonly<{
  /** `--vault=DIR` or VAULT_DIR: the profile this run is about */
  vaultDir: string | null;
  /** `--smoke`: do the main job once and exit */
  smoke: boolean;
  /** `--screenshot=FILE`: write a picture of the first screen; with `--screenshot-exit`, end after it */
  screenshot: string | null;
  screenshotExit: boolean;
  /** `--window=WIDTHxHEIGHT` */
  size: Readonly<{ width: number; height: number }> | null;
}>;

/** What was asked for on the command line and by the environment. */
export const readLaunchOptions = (
  args: readonly string[] = process.argv,
  environment: NodeJS.ProcessEnv = process.env,
): LaunchOptions => {
  const value = (name: string): string | null => {
    const prefix = `--${name}=`;
    return args.find((arg) => arg.startsWith(prefix))?.slice(prefix.length) ?? null;
  };
  const vaultDir = value('vault') ?? environment['VAULT_DIR'] ?? '';
  const screenshot = value('screenshot');
  return {
    vaultDir: vaultDir === '' ? null : resolve(vaultDir),
    smoke: args.includes('--smoke'),
    screenshot: screenshot === null ? null : resolve(screenshot),
    screenshotExit: args.includes('--screenshot-exit'),
    size: parseSize(value('window')),
  };
};

const parseSize = (text: string | null): LaunchOptions['size'] => {
  const match = /^(\d{3,5})x(\d{3,5})$/.exec(text ?? '');
  return match ? { width: Number(match[1]), height: Number(match[2]) } : null;
};
