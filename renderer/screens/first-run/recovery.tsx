import { useState } from 'react';
import { CircleCheck, FileDown } from 'lucide-react';
import { Button } from '../../components/button.js';
import { Fingerprint } from '../../components/fingerprint.js';
import { closeSetUp, useAccount } from '../../state/account.js';
import { attempt } from '../../state/attempt.js';
import { client } from '../../state/client.js';

export const Recovery = () => {
  const [saved, setSaved] = useState(false);
  const account = useAccount((state) => state.vault?.account ?? null);
  const save = () =>
    attempt(async () => {
      const answer = await client.account.saveRecoverySheet({});
      if (answer.saved) setSaved(true);
    });
  return (
    <>
      <div className="setup-head">
        <span className="done-mark">
          <CircleCheck size={48} strokeWidth={1.5} aria-hidden />
        </span>
        <h1>Your vault is ready</h1>
        <p>
          Save the recovery sheet, print it, and write your passphrase on it by hand. Keep it where you keep your
          passport.
        </p>
      </div>
      {account ? <Fingerprint account={account} /> : null}
      <p className="setup-status" role="status">
        {saved ? 'Recovery sheet saved.' : 'Without your passphrase nobody can open this vault: not you, and not us.'}
      </p>
      <div className="setup-foot">
        {saved ? null : (
          <Button look="quiet" className="button-large" onClick={closeSetUp}>
            Later
          </Button>
        )}
        <Button icon={FileDown} look={saved ? 'plain' : 'primary'} className="button-large" onClick={() => void save()}>
          {saved ? 'Save again…' : 'Save recovery sheet…'}
        </Button>
        {saved ? (
          <Button look="primary" className="button-large" autoFocus onClick={closeSetUp}>
            Open vault
          </Button>
        ) : null}
      </div>
    </>
  );
};
