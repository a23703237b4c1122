import { useId } from 'react';
import type { Settings } from '../../../app/model/settings.js';
import { SettingRow, SwitchRow } from '../../components/switch.js';
import { acceptVaultState, useAccount } from '../../state/account.js';
import { attempt } from '../../state/attempt.js';
import { client } from '../../state/client.js';
import { formatDuration } from '../../state/format.js';
import { changeSettings, useSettings } from '../../state/settings.js';

const minute = 60_000;
const lockAfter = [1, 5, 10, 30, 60, 240].map((minutes) => minutes * minute);
const clearAfter = [10_000, 30_000, minute, 2 * minute, 5 * minute];

const change = (part: Partial<Settings>) => void attempt(() => changeSettings(part));

/** A choice of durations; one that is set but not offered is shown too. */
const Duration = ({
  label,
  hint,
  value,
  offered,
  never,
  onChange,
}: {
  label: string;
  hint: string;
  value: number;
  offered: readonly number[];
  never?: string;
  onChange: (ms: number) => void;
}) => {
  const id = useId();
  const all = value > 0 && !offered.includes(value) ? [...offered, value].sort((a, b) => a - b) : offered;
  return (
    <SettingRow label={label} hint={hint} htmlFor={id}>
      <select
        id={id}
        className="input select"
        aria-describedby={`${id}-hint`}
        value={value}
        onChange={(event) => onChange(Number(event.target.value))}
      >
        {all.map((ms) => (
          <option key={ms} value={ms}>
            {formatDuration(ms)}
          </option>
        ))}
        {never ? <option value={0}>{never}</option> : null}
      </select>
    </SettingRow>
  );
};

const Remember = () => {
  const vault = useAccount((state) => state.vault);
  if (!vault) return null;
  const { keychain, remembered } = vault;
  const set = (enabled: boolean) => attempt(async () => acceptVaultState(await client.account.remember({ enabled })));
  const hint = keychain.available
    ? 'Keeps a key in the keychain of this computer, so that you can unlock without the passphrase. Whoever can use your account here can open the vault.'
    : `Not possible here: ${keychain.reason}`;
  return (
    <SwitchRow
      label="Remember on this computer"
      hint={hint}
      checked={remembered}
      disabled={!keychain.available && !remembered}
      onChange={(enabled) => void set(enabled)}
    />
  );
};

export const Security = () => {
  const settings = useSettings();
  return (
    <>
      <h2>Lock</h2>
      <div className="card">
        <Duration
          label="Lock after"
          hint="When nothing was touched for this long"
          value={settings.autoLockMs}
          offered={lockAfter}
          never="Never"
          onChange={(autoLockMs) => change({ autoLockMs })}
        />
        <SwitchRow
          label="Lock when the computer sleeps"
          checked={settings.lockOnSleep}
          onChange={(lockOnSleep) => change({ lockOnSleep })}
        />
        <SwitchRow
          label="Lock with the screen"
          checked={settings.lockOnScreenLock}
          onChange={(lockOnScreenLock) => change({ lockOnScreenLock })}
        />
        <Remember />
      </div>
      <h2>Clipboard</h2>
      <div className="card">
        <Duration
          label="Clear after"
          hint="Only when it still holds what was copied"
          value={settings.clipboardClearMs}
          offered={clearAfter}
          onChange={(clipboardClearMs) => change({ clipboardClearMs })}
        />
      </div>
    </>
  );
};
