import { Copy, Eye, EyeOff } from 'lucide-react';
import { isConcealed, type SecretDetail } from '../../../app/model/secret.js';
import { IconButton } from '../../components/button.js';
import { Revealed } from '../../components/revealed.js';
import { copyField, hide, reveal, useDetail } from '../../state/detail.js';

type DetailField = SecretDetail['fields'][number];

const Value = ({ field, shown }: { field: DetailField; shown: string | null }) => {
  if (shown === null)
    return (
      <span className="dots">
        <span aria-hidden>••••••••••</span>
        <span className="visually-hidden">hidden</span>
      </span>
    );
  if (isConcealed(field.kind)) return <Revealed value={shown} />;
  if (field.kind === 'multiline') return <span className="multiline selectable">{shown}</span>;
  return (
    <span className="selectable break" title={shown.length > 80 ? shown : undefined}>
      {shown}
    </span>
  );
};

/** One field: its value, or dots until it is revealed, and what can be done with it. Copying needs no revealing. */
export const FieldRow = ({ detail, field, first }: { detail: SecretDetail; field: DetailField; first: boolean }) => {
  const revealed = useDetail((state) => state.revealed[field.name]);
  const concealed = isConcealed(field.kind);
  const shown = concealed ? (revealed ?? null) : (field.value ?? '');
  const label = field.label;
  return (
    <div className="field-row" data-concealed={concealed}>
      <dt>{label}</dt>
      <dd>
        <Value field={field} shown={shown} />
        <span className="row-actions">
          {concealed ? (
            <IconButton
              label={shown === null ? `Reveal ${label}` : `Hide ${label}`}
              icon={shown === null ? Eye : EyeOff}
              onClick={() => (shown === null ? void reveal(field.name) : hide(field.name))}
            />
          ) : null}
          <IconButton
            label={`Copy ${label}`}
            icon={Copy}
            {...(first ? { 'data-first': true } : {})}
            onClick={() => void copyField(detail.id, field.name, label)}
          />
        </span>
      </dd>
    </div>
  );
};
