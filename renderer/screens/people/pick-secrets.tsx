import { useMemo } from 'react';
import type { SecretSummary } from '../../../app/model/secret.js';
import { PickDialog } from '../../components/pick-dialog.js';
import { SecretIcon } from '../../components/secret-icon.js';
import { isDraft } from '../../state/draft-tag.js';
import { formatCount } from '../../state/format.js';
import { shareSecretsWith, useReach } from '../../state/reach.js';
import { useSecrets } from '../../state/secrets.js';
import { typeNames } from '../secrets/type-names.js';

/** Secrets that one may share: one's own, in use, and not the keys that projects hand out themselves. */
export const isShareable = (item: SecretSummary): boolean =>
  item.mine && !item.trashed && item.type !== 'project' && !isDraft(item);

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
const nameOf = (item: SecretSummary) => item.name;

/** Chooses secrets to share with one account. */
export const PickSecrets = ({
  account,
  onClose,
}: {
  account: Readonly<{ id: string; name: string }>;
  onClose: () => void;
}) => {
  const items = useSecrets((state) => state.items);
  const reach = useReach((state) => (state.id === account.id ? state.reach : null));
  const offered = useMemo(() => {
    const has = new Set(reach?.secrets.filter(({ former }) => !former).map(({ id }) => id));
    return items
      .filter((item) => isShareable(item) && !has.has(item.id))
      .sort((a, b) => collator.compare(a.name, b.name));
  }, [items, reach]);
  return (
    <PickDialog
      title={`Share secrets with ${account.name}`}
      what="secrets"
      items={offered}
      keyOf={(item) => item.id}
      nameOf={nameOf}
      yes={(count) => (count === 0 ? 'Share' : `Share ${formatCount(count, 'secret')}`)}
      nothing="There is no secret of yours that is not shared with them already."
      onPick={(ids) => shareSecretsWith(account, ids)}
      onClose={onClose}
    >
      {(item) => (
        <>
          <SecretIcon type={item.type} />
          <span className="row-text">
            <span className="row-name truncate" title={item.name}>
              {item.name}
            </span>
            <span className="quiet small truncate">{item.subtitle || typeNames[item.type].one}</span>
          </span>
        </>
      )}
    </PickDialog>
  );
};
