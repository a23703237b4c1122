import { useState } from 'react';
import { Button } from '../../components/button.js';
import { Confirm } from '../../components/confirm.js';
import { acceptStore, isFar, useSync } from '../../state/sync.js';

/** Ends the alarm about a far store that lost something, once the person knows what that means. */
export const AcceptStore = () => {
  const far = useSync(isFar);
  const [asking, setAsking] = useState(false);
  if (!far) return null;
  return (
    <>
      <Button className="accept-store" onClick={() => setAsking(true)}>
        Go on with what the store shows…
      </Button>
      {asking ? (
        <Confirm
          title="Go on with what the store shows?"
          yes="Go on"
          onYes={() => void acceptStore()}
          onClose={() => setAsking(false)}
        >
          Do this when you know why the store shows less: a backup was put back, say. What this computer saw and the
          store lost may be gone for everybody; others may lack it too. If nobody can tell you why, somebody may be
          hiding changes from you: ask your team first. Changes of yours that wait here are still sent.
        </Confirm>
      ) : null}
    </>
  );
};
