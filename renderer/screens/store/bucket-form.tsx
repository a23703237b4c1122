import { ChevronRight, FileInput, Mail } from 'lucide-react';
import { Button } from '../../components/button.js';
import { ConcealedField } from '../../components/concealed-field.js';
import { ErrorNote } from '../../components/error-note.js';
import { TextArea, TextField } from '../../components/field.js';
import { SwitchRow } from '../../components/switch.js';
import { changeBucket, openInvitation, useBucket } from '../../state/bucket-form.js';
import { Note } from '../people/account-notes.js';
import { ConnectionResult } from './connection-result.js';
import type { Purpose } from './purpose.js';
import './store.css';
import '../people/people.css';

const Invitation = () => {
  const invitedTo = useBucket((state) => state.invitedTo);
  return (
    <>
      <div className="invitation-line">
        <span className="quiet">Were you invited?</span>
        <Button look="quiet" icon={FileInput} onClick={() => void openInvitation()}>
          Open invitation…
        </Button>
      </div>
      {invitedTo === null ? null : (
        <div role="status">
          <Note look="plain" icon={Mail} title={`Invitation to “${invitedTo}”`}>
            <p>It has filled in where the bucket is. It holds no keys: ask whoever invited you for yours.</p>
          </Note>
        </div>
      )}
    </>
  );
};

const Where = ({ disabled }: { disabled: boolean }) => {
  const { values, problems } = useBucket();
  return (
    <>
      <div className="bucket-pair">
        <TextField
          label="Server address"
          placeholder="https://s3.example.com"
          inputMode="url"
          maxLength={2000}
          disabled={disabled}
          value={values.endpoint}
          problem={problems.endpoint}
          onText={(text) => changeBucket('endpoint', text)}
        />
        <TextField
          label="Region"
          placeholder="us-east-1"
          maxLength={100}
          disabled={disabled}
          value={values.region}
          problem={problems.region}
          onText={(text) => changeBucket('region', text)}
        />
      </div>
      <div className="bucket-pair bucket-pair-even">
        <TextField
          label="Bucket"
          maxLength={255}
          disabled={disabled}
          value={values.bucket}
          problem={problems.bucket}
          onText={(text) => changeBucket('bucket', text)}
        />
        <TextField
          label="Folder in it (optional)"
          placeholder="teams/research"
          maxLength={200}
          disabled={disabled}
          value={values.prefix}
          problem={problems.prefix}
          onText={(text) => changeBucket('prefix', text)}
        />
      </div>
    </>
  );
};

/** The two keys of a bucket; also on their own, where the bucket itself is known. */
export const KeyFields = ({ disabled = false }: { disabled?: boolean }) => {
  const { values, problems } = useBucket();
  return (
    <>
      <TextField
        label="Access key ID"
        className="mono"
        autoCapitalize="off"
        maxLength={500}
        disabled={disabled}
        value={values.accessKeyId}
        problem={problems.accessKeyId}
        onText={(text) => changeBucket('accessKeyId', text)}
      />
      <ConcealedField
        label="Secret access key"
        hint="Kept in the keychain of this computer, and in no file."
        disabled={disabled}
        value={values.secretAccessKey}
        problem={problems.secretAccessKey}
        onText={(text) => changeBucket('secretAccessKey', text)}
      />
    </>
  );
};

const MoreOptions = ({ disabled }: { disabled: boolean }) => {
  const { values, problems } = useBucket();
  const set = !values.pathStyle || values.certificateAuthority !== '';
  return (
    <details className="advanced" open={set || problems.certificateAuthority !== undefined || undefined}>
      <summary>
        <ChevronRight size={16} aria-hidden />
        More options
      </summary>
      <div className="advanced-body bucket-more">
        <SwitchRow
          label="Bucket in the path"
          hint="server/bucket rather than bucket.server. Most servers want it; Amazon does not."
          checked={values.pathStyle}
          disabled={disabled}
          onChange={(pathStyle) => changeBucket('pathStyle', pathStyle)}
        />
        <TextArea
          label="Certificate of the server’s own authority (PEM)"
          className="mono certificate"
          placeholder="-----BEGIN CERTIFICATE-----"
          rows={4}
          maxLength={100_000}
          disabled={disabled}
          value={values.certificateAuthority}
          problem={problems.certificateAuthority}
          onText={(text) => changeBucket('certificateAuthority', text)}
        />
      </div>
    </details>
  );
};

/** Where a bucket is and what opens it, an invitation that fills it in, and what a test of it found. */
export const BucketForm = ({ purpose, disabled = false }: { purpose: Purpose; disabled?: boolean }) => {
  const error = useBucket((state) => state.error);
  return (
    <div className="bucket-form">
      {purpose === 'set-up' ? <Invitation /> : null}
      <Where disabled={disabled} />
      <KeyFields disabled={disabled} />
      <MoreOptions disabled={disabled} />
      {error ? <ErrorNote error={error} /> : null}
      <ConnectionResult purpose={purpose} />
    </div>
  );
};
