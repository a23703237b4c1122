import { useState } from 'react';
import { ErrorNote } from './components/error-note.js';
import { PortalTarget } from './components/portal.js';
import { Toasts } from './components/toasts.js';
import { TooltipProvider } from './components/tooltip.js';
import { FirstRun } from './screens/first-run/first-run.js';
import { Shell } from './screens/shell/shell.js';
import { Unlock } from './screens/unlock/unlock.js';
import { loadAccount, useAccount } from './state/account.js';

const Screen = () => {
  const vault = useAccount((state) => state.vault);
  const setUp = useAccount((state) => state.setUp);
  const startError = useAccount((state) => state.startError);
  if (startError && !vault)
    return (
      <main className="start-error">
        <ErrorNote error={startError} onRetry={() => void loadAccount()} />
      </main>
    );
  if (!vault) return null;
  if (setUp) return <FirstRun />;
  return vault.phase === 'unlocked' ? <Shell /> : <Unlock vault={vault} />;
};

/** Which of the three faces the window shows: making a vault, opening it, or being in it. */
export const App = () => {
  const [overlays, setOverlays] = useState<HTMLElement | null>(null);
  return (
    <TooltipProvider>
      <PortalTarget value={overlays}>
        <Screen />
      </PortalTarget>
      <Toasts />
      <section ref={setOverlays} aria-label="Menus" />
    </TooltipProvider>
  );
};
