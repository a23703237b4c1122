import { ArrowLeft, Ellipsis, History, KeyRound, Pencil, RotateCcw, Star, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { SecretDetail } from '../../../app/model/secret.js';
import { Button, IconButton } from '../../components/button.js';
import { Confirm } from '../../components/confirm.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorNote } from '../../components/error-note.js';
import { Menu, MenuItem, MenuLine } from '../../components/menu.js';
import { SecretIcon } from '../../components/secret-icon.js';
import { Tag } from '../../components/tag.js';
import { WaitsLine } from '../../components/waits-line.js';
import { ownTags } from '../../state/conflicts.js';
import { openSecret, showHistory, useDetail } from '../../state/detail.js';
import { startEdit } from '../../state/form.js';
import { formatTime } from '../../state/format.js';
import { purgeSecrets, restoreSecrets, setFavourite, trashSecrets, useSecrets } from '../../state/secrets.js';
import { printKeys } from '../../state/shortcuts.js';
import { ConflictBanner } from './conflict-banner.js';
import { FieldCards } from './field-cards.js';
import { SecretHistory } from './secret-history.js';
import { SharingNotes } from './sharing-notes.js';
import { Sharing } from './sharing.js';
import { typeNames } from './type-names.js';

const Actions = ({ detail }: { detail: SecretDetail }) => {
  const [purging, setPurging] = useState(false);
  const ids = [detail.id];
  if (!detail.mine)
    return (
      <Button icon={History} onClick={() => void showHistory()}>
        History
      </Button>
    );
  if (detail.trashed)
    return (
      <>
        <Button icon={RotateCcw} onClick={() => void restoreSecrets(ids)}>
          Restore
        </Button>
        <Button onClick={() => setPurging(true)}>Delete for good…</Button>
        {purging ? (
          <Confirm
            title="Delete this secret for good?"
            yes="Delete for good"
            onYes={() => void purgeSecrets(ids)}
            onClose={() => setPurging(false)}
          >
            “{detail.name}” and its history will be deleted from the vault. This cannot be undone.
          </Confirm>
        ) : null}
      </>
    );
  return (
    <>
      <IconButton
        label={detail.favourite ? 'Remove from favourites' : 'Add to favourites'}
        icon={Star}
        className={detail.favourite ? 'is-favourite' : ''}
        aria-pressed={detail.favourite}
        onClick={() => void setFavourite(ids, !detail.favourite)}
      />
      <Menu trigger={<IconButton label="More actions" icon={Ellipsis} />}>
        <MenuItem icon={History} label="History" onSelect={() => void showHistory()} />
        <MenuLine />
        <MenuItem icon={Trash2} label="Move to trash" danger onSelect={() => void trashSecrets(ids)} />
      </Menu>
      {detail.type === 'project' ? null : (
        <Button icon={Pencil} title={`Edit (${printKeys('edit').join(' ')})`} onClick={() => void startEdit(detail)}>
          Edit
        </Button>
      )}
    </>
  );
};

const Head = ({ detail }: { detail: SecretDetail }) => (
  <header className="detail-head">
    <SecretIcon type={detail.type} large />
    <div className="detail-names">
      <h2 className="selectable" title={detail.name}>
        {detail.name}
      </h2>
      <p className="detail-sub">
        <span className="quiet">{typeNames[detail.type].one}</span>
        {ownTags(detail.tags).map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
        <WaitsLine id={detail.id} />
      </p>
    </div>
  </header>
);

const Foot = ({ detail }: { detail: SecretDetail }) => (
  <footer className="detail-foot quiet small">
    <span>Changed {formatTime(detail.modified)}</span>
    <span>Created {formatTime(detail.created)}</span>
    <button type="button" className="link" onClick={() => void showHistory()}>
      Version {detail.version}
    </button>
  </footer>
);

export const SecretDetailPane = ({ empty, onBack }: { empty: boolean; onBack: () => void }) => {
  const { detail, error, history } = useDetail();
  const activeId = useSecrets((state) => state.selection.active);
  const back = <IconButton className="back" label="Back to the list" icon={ArrowLeft} onClick={onBack} />;
  if (error)
    return (
      <>
        <div className="pane-head">{back}</div>
        <div className="detail-scroll">
          <ErrorNote error={error} onRetry={activeId === null ? undefined : () => void openSecret(activeId)} />
        </div>
      </>
    );
  if (!detail)
    return (
      <>
        <div className="pane-head">{back}</div>
        {empty ? null : <EmptyState icon={KeyRound} title="No secret selected" />}
      </>
    );
  if (history) return <SecretHistory detail={detail} versions={history} />;
  return (
    <>
      <div className="pane-head">
        {back}
        <span className="spacer" />
        <Actions detail={detail} />
      </div>
      <div className="detail-scroll" key={detail.id} tabIndex={-1}>
        <div className="detail-content">
          <Head detail={detail} />
          <ConflictBanner key={`conflict ${detail.id}`} detail={detail} />
          <SharingNotes detail={detail} />
          <FieldCards detail={detail} />
          <Sharing key={detail.id} detail={detail} />
          <Foot detail={detail} />
        </div>
      </div>
    </>
  );
};
