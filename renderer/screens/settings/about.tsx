import { useEffect, useState } from 'react';
import { Logo } from '../../components/logo.js';
import { SettingRow } from '../../components/switch.js';
import { tellFailure } from '../../state/attempt.js';
import { client } from '../../state/client.js';

type Facts = Awaited<ReturnType<typeof client.settings.about>>;

export const About = () => {
  const [facts, setFacts] = useState<Facts | null>(null);
  useEffect(() => {
    client.settings.about({}).then(setFacts, tellFailure);
  }, []);
  return (
    <div className="card">
      <div className="about">
        <Logo size={56} />
        <div>
          <p className="about-name">Coretex Vault</p>
          <p className="quiet">{facts ? `Version ${facts.version}` : ' '}</p>
        </div>
      </div>
      {facts ? (
        <>
          <SettingRow label="Runtime">
            <span className="quiet selectable">Electron {facts.electron}</span>
          </SettingRow>
          <SettingRow label="System">
            <span className="quiet selectable">{facts.platform}</span>
          </SettingRow>
          <SettingRow label="Sandbox">
            <span className="quiet">{facts.sandboxed ? 'On: this window has no access to files or keys' : 'Off'}</span>
          </SettingRow>
        </>
      ) : null}
    </div>
  );
};
