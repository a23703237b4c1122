import { useState } from 'react';
import { ArrowLeft, RotateCcw } from 'lucide-react';
import { isConcealed, type SecretDetail, type SecretType, type SecretVersion } from '../../../app/model/secret.js';
import { Button, IconButton } from '../../components/button.js';
import { Revealed } from '../../components/revealed.js';
import { Badge } from '../../components/tag.js';
import { attempt } from '../../state/attempt.js';
import { client } from '../../state/client.js';
import { closeHistory, restoreVersion } from '../../state/detail.js';
import { wordsOfField } from '../../state/conflicts.js';
import { formatTime } from '../../state/format.js';
import { whileUnlocked } from '../../state/lockable.js';

const plainNames: Readonly<Record<string, string>> = {
  name: 'name',
  tags: 'tags',
  favourite: 'favourite',
  trashed: 'trash',
};

/** "Created", "Changed password and tags", "Moved to trash" */
const whatChanged = (entry: SecretVersion, type: SecretType): string => {
  if (entry.version === 1) return 'Created';
  if (entry.changed.length === 1 && entry.changed[0] === 'trashed')
    return entry.trashed ? 'Moved to trash' : 'Restored from trash';
  const names = entry.changed.map((name) => plainNames[name] ?? wordsOfField(type, name));
  if (names.length === 0) return 'Saved without changes';
  const last = names.at(-1) ?? '';
  return `Changed ${names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`}`;
};

const VersionField = ({
  id,
  version,
  field,
}: {
  id: string;
  version: number;
  field: SecretDetail['fields'][number];
}) => {
  const [value, setValue] = useState(field.value);
  const show = () =>
    attempt(async () => {
      setValue((await whileUnlocked(client.secrets.reveal({ id, field: field.name, version }))).value);
    });
  return (
    <div className="version-field">
      <dt>{field.label}</dt>
      <dd>
        {value === null ? (
          <button type="button" className="link" onClick={() => void show()}>
            Reveal
          </button>
        ) : isConcealed(field.kind) ? (
          <Revealed value={value} />
        ) : (
          <span className="selectable break">{value}</span>
        )}
      </dd>
    </div>
  );
};

const Version = ({ detail, entry }: { detail: SecretDetail; entry: SecretVersion }) => {
  const [open, setOpen] = useState<SecretDetail | null>(null);
  const current = entry.version === detail.version;
  const toggle = () =>
    attempt(async () => {
      const { id } = detail;
      setOpen(open ? null : await whileUnlocked(client.secrets.getVersion({ id, version: entry.version })));
    });
  return (
    <li className="version">
      <button type="button" className="version-head" aria-expanded={open !== null} onClick={() => void toggle()}>
        <span className="version-dot" aria-hidden data-current={current} />
        <span className="version-text">
          <span>{whatChanged(entry, detail.type)}</span>
          <span className="quiet small">
            Version {entry.version} · {formatTime(entry.time)}
          </span>
        </span>
        {current ? <Badge look="accent">Current</Badge> : null}
      </button>
      {open ? (
        <div className="version-body">
          <dl>
            <div className="version-field">
              <dt>Name</dt>
              <dd className="selectable break">{open.name}</dd>
            </div>
            {open.fields
              .filter((field) => field.length > 0)
              .map((field) => (
                <VersionField key={field.name} id={detail.id} version={entry.version} field={field} />
              ))}
          </dl>
          {current || !detail.mine ? null : (
            <Button icon={RotateCcw} onClick={() => void restoreVersion(detail.id, entry.version)}>
              Restore this version
            </Button>
          )}
        </div>
      ) : null}
    </li>
  );
};

/** Every version of a secret, newest first; each opens to its fields. */
export const SecretHistory = ({ detail, versions }: { detail: SecretDetail; versions: readonly SecretVersion[] }) => (
  <>
    <div className="pane-head">
      <IconButton label="Back to the secret" icon={ArrowLeft} autoFocus onClick={closeHistory} />
      <h2 className="truncate" title={detail.name}>
        History of {detail.name}
      </h2>
    </div>
    <div className="detail-scroll">
      <ol className="detail-content versions" aria-label="Versions">
        {versions.map((entry) => (
          <Version key={entry.version} detail={detail} entry={entry} />
        ))}
      </ol>
    </div>
  </>
);
