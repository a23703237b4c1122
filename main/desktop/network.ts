import { net, powerMonitor } from 'electron';

export type NetworkSource = Readonly<{
  /** false while this computer has no network at all; true says little */
  isOnline: () => boolean;
  onWake: (listener: () => void) => void;
}>;

const pollMs = 2_000;

const electronNetwork: NetworkSource = {
  isOnline: () => net.isOnline(),
  onWake: (listener) => void powerMonitor.on('resume', listener),
};

/** Says when looking at a far store is worth it again: the network has come back, or the computer woke. Returns a function that stops. */
export const watchNetwork = (look: () => void, network: NetworkSource = electronNetwork): (() => void) => {
  network.onWake(look);
  let wasOnline = network.isOnline();
  const timer = setInterval(() => {
    const isOnline = network.isOnline();
    if (isOnline && !wasOnline) look();
    wasOnline = isOnline;
  }, pollMs);
  return () => clearInterval(timer);
};
