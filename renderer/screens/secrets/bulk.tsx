import { useState } from 'react';
import { ListChecks, RotateCcw, Star, StarOff, Tag, Trash2 } from 'lucide-react';
import { Button } from '../../components/button.js';
import { Confirm } from '../../components/confirm.js';
import { Dialog } from '../../components/dialog.js';
import { EmptyState } from '../../components/empty-state.js';
import { TextField } from '../../components/field.js';
import { formatCount } from '../../state/format.js';
import { addTag, purgeSecrets, restoreSecrets, setFavourite, trashSecrets, useSecrets } from '../../state/secrets.js';
import { ownOf } from '../../state/sharing.js';

const TagDialog = ({ ids, onClose }: { ids: readonly string[]; onClose: () => void }) => {
  const [tag, setTag] = useState('');
  const add = () => {
    if (tag.trim() === '') return;
    onClose();
    void addTag(ids, tag.trim());
  };
  return (
    <Dialog
      title={`Tag ${formatCount(ids.length, 'secret')}`}
      onClose={onClose}
      onSubmit={add}
      footer={
        <Button look="primary" submit>
          Add tag
        </Button>
      }
    >
      <TextField label="Tag" autoFocus maxLength={100} value={tag} onText={setTag} />
    </Dialog>
  );
};

const notOwn = (count: number): string =>
  count === 1
    ? 'One of them belongs to somebody else and stays as it is.'
    : `${count.toLocaleString('en')} of them belong to others and stay as they are.`;

/** What can be done with several secrets at once. */
export const Bulk = ({ ids, inTrash }: { ids: readonly string[]; inTrash: boolean }) => {
  const [asking, setAsking] = useState<'tag' | 'purge' | null>(null);
  const items = useSecrets((state) => state.items);
  const own = ownOf(items, ids);
  const chosen = new Set(own);
  const allFavourite = items.every((item) => !chosen.has(item.id) || item.favourite);
  const actions = inTrash ? (
    <>
      <Button icon={RotateCcw} onClick={() => void restoreSecrets(own)}>
        Restore
      </Button>
      <Button onClick={() => setAsking('purge')}>Delete for good…</Button>
    </>
  ) : (
    <>
      <Button icon={allFavourite ? StarOff : Star} onClick={() => void setFavourite(own, !allFavourite)}>
        {allFavourite ? 'Not favourites' : 'Favourite'}
      </Button>
      <Button icon={Tag} onClick={() => setAsking('tag')}>
        Tag…
      </Button>
      <Button icon={Trash2} onClick={() => void trashSecrets(own)}>
        Move to trash
      </Button>
    </>
  );
  return (
    <>
      <EmptyState
        icon={ListChecks}
        title={`${formatCount(ids.length, 'secret')} selected`}
        action={own.length > 0 ? actions : null}
      >
        {own.length < ids.length ? notOwn(ids.length - own.length) : null}
      </EmptyState>
      {asking === 'tag' ? <TagDialog ids={own} onClose={() => setAsking(null)} /> : null}
      {asking === 'purge' ? (
        <Confirm
          title={`Delete ${formatCount(own.length, 'secret')} for good?`}
          yes="Delete for good"
          onYes={() => void purgeSecrets(own)}
          onClose={() => setAsking(null)}
        >
          They and their history will be deleted from the vault. This cannot be undone.
        </Confirm>
      ) : null}
    </>
  );
};
