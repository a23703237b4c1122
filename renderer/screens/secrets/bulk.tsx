import { useState } from 'react';
import { ListChecks, RotateCcw, Star, StarOff, Tag, Trash2 } from 'lucide-react';
import { Button } from '../../components/button.js';
import { Confirm } from '../../components/confirm.js';
import { Dialog } from '../../components/dialog.js';
import { EmptyState } from '../../components/empty-state.js';
import { TextField } from '../../components/field.js';
import { formatCount } from '../../state/format.js';
import { addTag, purgeSecrets, restoreSecrets, setFavourite, trashSecrets, useSecrets } from '../../state/secrets.js';

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

/** What can be done with several secrets at once. */
export const Bulk = ({ ids, inTrash }: { ids: readonly string[]; inTrash: boolean }) => {
  const [asking, setAsking] = useState<'tag' | 'purge' | null>(null);
  const items = useSecrets((state) => state.items);
  const chosen = new Set(ids);
  const allFavourite = items.every((item) => !chosen.has(item.id) || item.favourite);
  const actions = inTrash ? (
    <>
      <Button icon={RotateCcw} onClick={() => void restoreSecrets(ids)}>
        Restore
      </Button>
      <Button onClick={() => setAsking('purge')}>Delete for good…</Button>
    </>
  ) : (
    <>
      <Button icon={allFavourite ? StarOff : Star} onClick={() => void setFavourite(ids, !allFavourite)}>
        {allFavourite ? 'Not favourites' : 'Favourite'}
      </Button>
      <Button icon={Tag} onClick={() => setAsking('tag')}>
        Tag…
      </Button>
      <Button icon={Trash2} onClick={() => void trashSecrets(ids)}>
        Move to trash
      </Button>
    </>
  );
  return (
    <>
      <EmptyState icon={ListChecks} title={`${formatCount(ids.length, 'secret')} selected`} action={actions} />
      {asking === 'tag' ? <TagDialog ids={ids} onClose={() => setAsking(null)} /> : null}
      {asking === 'purge' ? (
        <Confirm
          title={`Delete ${formatCount(ids.length, 'secret')} for good?`}
          yes="Delete for good"
          onYes={() => void purgeSecrets(ids)}
          onClose={() => setAsking(null)}
        >
          They and their history will be deleted from the vault. This cannot be undone.
        </Confirm>
      ) : null}
    </>
  );
};
