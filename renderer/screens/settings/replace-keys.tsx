import { useEffect, useState } from 'react';
import type { VaultError } from '../../../app/errors.js';
import { Button } from '../../components/button.js';
import { Dialog } from '../../components/dialog.js';
import { ErrorNote } from '../../components/error-note.js';
import { clearBucket, refuseKeys, useBucket } from '../../state/bucket-form.js';
import { keysOf } from '../../state/bucket-values.js';
import { asVaultError } from '../../state/error-advice.js';
import { replaceKeys, type StoreLocation } from '../../state/upkeep.js';
import { KeyFields } from '../store/bucket-form.js';

/** Other keys for the same bucket. They are tried before the old ones are let go. */
export const ReplaceKeys = ({ location, onClose }: { location: StoreLocation; onClose: () => void }) => {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<VaultError | null>(null);
  // SECURITY (promise 9): keys that were typed go with the dialog, however it is left.
  useEffect(() => clearBucket, []);

  const save = async () => {
    if (refuseKeys()) return;
    setBusy(true);
    setError(null);
    try {
      await replaceKeys(keysOf(useBucket.getState().values));
      onClose();
    } catch (failure) {
      setError(asVaultError(failure));
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={location.accessKeyId === null ? 'Enter keys' : 'Replace keys'}
      onClose={onClose}
      onSubmit={() => void save()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" submit disabled={busy}>
            {busy ? 'Trying…' : 'Try and keep'}
          </Button>
        </>
      }
    >
      {error ? <ErrorNote error={error} /> : null}
      <p className="break">
        They are tried on {location.label}, and kept only when they work.
        {location.accessKeyId === null ? '' : ' Until then the ones there are now stay.'}
      </p>
      <KeyFields disabled={busy} />
    </Dialog>
  );
};
