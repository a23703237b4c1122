import { Monitor, Moon, Sun, type LucideIcon } from 'lucide-react';
import type { Settings } from '../../../app/model/settings.js';
import { SettingRow } from '../../components/switch.js';
import { attempt } from '../../state/attempt.js';
import { changeSettings, useSettings } from '../../state/settings.js';
import '../secrets/generator.css';

const themes: readonly (readonly [Settings['theme'], string, LucideIcon])[] = [
  ['system', 'System', Monitor],
  ['light', 'Light', Sun],
  ['dark', 'Dark', Moon],
];

export const Appearance = () => {
  const current = useSettings((state) => state.theme);
  return (
    <div className="card">
      <SettingRow label="Theme">
        <div className="segments" role="radiogroup" aria-label="Theme">
          {themes.map(([theme, label, Icon]) => (
            <button
              key={theme}
              type="button"
              role="radio"
              aria-checked={theme === current}
              onClick={() => void attempt(() => changeSettings({ theme }))}
            >
              <Icon size={14} aria-hidden />
              {label}
            </button>
          ))}
        </div>
      </SettingRow>
    </div>
  );
};
