import { Button } from '../../components/button.js';
import { testBucket, useBucket } from '../../state/bucket-form.js';
import { BucketForm } from '../store/bucket-form.js';
import { suffices } from '../store/purpose.js';

/** Where the bucket is, what opens it, and a test of it: nobody goes on with a connection that was not tried. */
export const ConnectBucket = ({ onBack, onNext }: { onBack: () => void; onNext: () => void }) => {
  const { check, testing } = useBucket();
  const good = suffices(check, 'set-up');
  return (
    <form
      noValidate
      className="setup-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (good) onNext();
        else void testBucket();
      }}
    >
      <div className="setup-head">
        <h1>Your bucket</h1>
        <p>Any S3-compatible server will do. It only ever sees encrypted data.</p>
      </div>
      <BucketForm purpose="set-up" />
      <div className="setup-foot">
        <Button className="button-large" onClick={onBack}>
          Back
        </Button>
        <Button look="primary" className="button-large" submit disabled={testing}>
          {good ? 'Continue' : check ? 'Test again' : 'Test connection'}
        </Button>
      </div>
    </form>
  );
};
