import type { SecretDetail } from '../../../app/model/secret.js';
import { plainFields } from '../../state/conflicts.js';
import { FieldRow } from './field-row.js';
import { TotpRow } from './totp-row.js';

type DetailField = SecretDetail['fields'][number];

const Row = ({ detail, field, first }: { detail: SecretDetail; field: DetailField; first: boolean }) =>
  field.kind === 'totp' ? (
    <TotpRow id={detail.id} version={detail.version} field={field} first={first} />
  ) : (
    <FieldRow detail={detail} field={field} first={first} />
  );

/** The filled fields of a secret; notes have a card of their own. */
export const FieldCards = ({ detail }: { detail: SecretDetail }) => {
  const filled = plainFields(detail).filter((field) => field.length > 0);
  const main = filled.filter((field) => field.name !== 'notes');
  const notes = filled.filter((field) => field.name === 'notes');
  if (filled.length === 0) return <p className="quiet">This secret has no filled fields.</p>;
  return (
    <>
      {[main, notes]
        .filter((group) => group.length > 0)
        .map((group) => (
          <dl className="card" key={group[0]?.name}>
            {group.map((field) => (
              <Row key={field.name} detail={detail} field={field} first={field === filled[0]} />
            ))}
          </dl>
        ))}
    </>
  );
};
