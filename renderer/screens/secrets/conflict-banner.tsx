import { useEffect, useState } from 'react';
import { Eye, EyeOff, GitMerge } from 'lucide-react';
import { isConcealed, type SecretDetail } from '../../../app/model/secret.js';
import { Button, IconButton } from '../../components/button.js';
import { Revealed } from '../../components/revealed.js';
import { conflictsOf, settle, type Conflict, type DetailField } from '../../state/conflicts.js';
import { hide, reveal, useDetail } from '../../state/detail.js';
import './conflict-banner.css';

/** What of a field may be shown now: its open value, or what was revealed of it; undefined while it is hidden. */
const useShown = (field: DetailField | null): string | undefined => {
  const revealed = useDetail((state) => (field ? state.revealed[field.name] : undefined));
  return field?.value ?? revealed;
};

const Value = ({ field }: { field: DetailField | null }) => {
  const shown = useShown(field);
  if (field === null) return <span className="quiet">Empty</span>;
  if (shown === undefined)
    return (
      <span className="dots">
        <span aria-hidden>••••••••••</span>
        <span className="visually-hidden">hidden</span>
      </span>
    );
  return isConcealed(field.kind) ? <Revealed value={shown} /> : <span className="selectable multiline">{shown}</span>;
};

const Eyes = ({ field }: { field: DetailField | null }) => {
  const shown = useShown(field) !== undefined;
  if (field === null || field.value !== null || (shown && !isConcealed(field.kind))) return null;
  return (
    <IconButton
      label={shown ? `Hide ${field.label}` : `Reveal ${field.label}`}
      icon={shown ? EyeOff : Eye}
      onClick={() => (shown ? hide(field.name) : void reveal(field.name))}
    />
  );
};

type SideProps = Readonly<{
  title: string;
  field: DetailField | null;
  yes: string;
  label: string;
  disabled: boolean;
  onKeep: (() => void) | null;
}>;

const Side = ({ title, field, yes, label, disabled, onKeep }: SideProps) => (
  <div className="conflict-side">
    <div className="conflict-value">
      <span className="quiet small">{title}</span>
      <Value field={field} />
    </div>
    <Eyes field={field} />
    {onKeep ? (
      <Button disabled={disabled} aria-label={`${yes} ${label}`} onClick={onKeep}>
        {yes}
      </Button>
    ) : null}
  </div>
);

const Row = ({ detail, conflict }: { detail: SecretDetail; conflict: Conflict }) => {
  const [busy, setBusy] = useState(false);
  const { label, held, other } = conflict;
  const open = !isConcealed(other.kind) && other.value === null;
  // A field by an unusual name is concealed. The second version of an open one is as open as the first.
  useEffect(() => {
    if (open) void reveal(other.name);
  }, [open, other.name, detail.version]);
  const keep = (side: 'held' | 'other') => {
    setBusy(true);
    void settle(detail, conflict, side).finally(() => setBusy(false));
  };
  const may = detail.mine && !detail.trashed;
  return (
    <li className="conflict" aria-label={label}>
      <p className="conflict-field">{label}</p>
      <Side
        title="In use now"
        field={held}
        yes="Keep this"
        label={label}
        disabled={busy}
        onKeep={may ? () => keep('held') : null}
      />
      <Side
        title="The other"
        field={other}
        yes="Keep the other"
        label={label}
        disabled={busy}
        onKeep={may ? () => keep('other') : null}
      />
    </li>
  );
};

/** Both versions of what two computers changed at the same time, until somebody says which holds. Neither was lost. */
export const ConflictBanner = ({ detail }: { detail: SecretDetail }) => {
  const conflicts = conflictsOf(detail);
  if (conflicts.length === 0) return null;
  return (
    <section className="conflict-banner" aria-labelledby="conflict-title">
      <header>
        <GitMerge size={16} aria-hidden />
        <div>
          <h3 id="conflict-title">Two computers changed this at the same time</h3>
          <p>
            Nothing was lost.{' '}
            {detail.mine
              ? 'Say which version holds; the other one stays in the history.'
              : `${detail.ownerName} can say which version holds.`}
          </p>
        </div>
      </header>
      <ul>
        {conflicts.map((conflict) => (
          <Row key={conflict.other.name} detail={detail} conflict={conflict} />
        ))}
      </ul>
    </section>
  );
};
