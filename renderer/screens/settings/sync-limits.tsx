import { SwitchRow } from '../../components/switch.js';
import { configureSync, pauseSync, useSync } from '../../state/sync.js';
import { cacheSizes, cacheWords, rateLimits, rateWords } from '../../state/sync-words.js';
import { NumberChoice } from './number-choice.js';

/** How much of a far store is kept here, and how fast things come and go. */
export const SyncLimits = () => {
  const { settings, status } = useSync();
  if (!settings || !status) return null;
  return (
    <>
      <h2>On this computer</h2>
      <div className="card">
        <NumberChoice
          label="Keep contents of files up to"
          hint={`${cacheWords(status.cachedBytes)} are kept now. Pinned projects come on top.`}
          value={settings.cacheLimitBytes}
          offered={cacheSizes}
          words={cacheWords}
          onChange={(cacheLimitBytes) => void configureSync({ cacheLimitBytes })}
        />
        <NumberChoice
          label="Upload limit"
          value={settings.uploadLimit}
          offered={rateLimits}
          words={rateWords}
          onChange={(uploadLimit) => void configureSync({ uploadLimit })}
        />
        <NumberChoice
          label="Download limit"
          value={settings.downloadLimit}
          offered={rateLimits}
          words={rateWords}
          onChange={(downloadLimit) => void configureSync({ downloadLimit })}
        />
        <SwitchRow
          label="Pause"
          hint="Nothing is sent or fetched. What you change is kept here, encrypted, until you resume."
          checked={settings.paused}
          onChange={(paused) => void pauseSync(paused)}
        />
      </div>
    </>
  );
};
