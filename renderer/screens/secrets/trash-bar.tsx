import { useState } from 'react';
import { Button } from '../../components/button.js';
import { Confirm } from '../../components/confirm.js';
import { formatCount } from '../../state/format.js';
import { purgeSecrets } from '../../state/secrets.js';

export const TrashBar = ({ ids }: { ids: readonly string[] }) => {
  const [asking, setAsking] = useState(false);
  return (
    <div className="trash-bar">
      <span className="quiet small">{formatCount(ids.length, 'secret')} in the trash</span>
      <Button look="quiet" onClick={() => setAsking(true)}>
        Empty trash…
      </Button>
      {asking ? (
        <Confirm
          title="Empty the trash?"
          yes="Delete for good"
          onYes={() => void purgeSecrets(ids)}
          onClose={() => setAsking(false)}
        >
          {formatCount(ids.length, 'secret')} and their history will be deleted from the vault for good. This cannot be
          undone.
        </Confirm>
      ) : null}
    </div>
  );
};
