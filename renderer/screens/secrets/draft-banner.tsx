import { useMemo } from 'react';
import { PencilLine } from 'lucide-react';
import { Button } from '../../components/button.js';
import { isDraft } from '../../state/draft-tag.js';
import { continueDraft, discardDraft } from '../../state/drafts.js';
import { useForm } from '../../state/form.js';
import { useSecrets } from '../../state/secrets.js';

/** What was typed before a lock, a crash or a change of mind, and not saved. */
export const DraftBanner = () => {
  const items = useSecrets((state) => state.items);
  const openDraftId = useForm((state) => state.draft?.id);
  const formOpen = useForm((state) => state.form !== null);
  const drafts = useMemo(() => items.filter((item) => isDraft(item) && item.trashed), [items]);
  const draft = formOpen ? undefined : drafts.find((item) => item.id !== openDraftId);
  if (!draft) return null;
  return (
    <div className="draft-banner" role="status">
      <PencilLine size={16} aria-hidden />
      <div>
        <p className="truncate" title={draft.name}>
          Unsaved: <strong>{draft.name}</strong>
        </p>
        {drafts.length > 1 ? <p className="quiet small">and {drafts.length - 1} more</p> : null}
      </div>
      <Button look="quiet" onClick={() => void discardDraft(draft.id)}>
        Discard
      </Button>
      <Button onClick={() => void continueDraft(draft.id)}>Continue</Button>
    </div>
  );
};
