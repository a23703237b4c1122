import { useState } from 'react';
import { CloudAlert, File, FolderLock, KeyRound, type LucideIcon } from 'lucide-react';
import type { WaitingItem } from '../../../app/model/sync.js';
import { Button } from '../../components/button.js';
import { Confirm } from '../../components/confirm.js';
import { formatBytes, formatCount } from '../../state/format.js';
import { giveUp, showObject } from '../../state/sync.js';
import { leaveThen } from '../shell/leave-then.js';

const icons: Readonly<Record<WaitingItem['kind'], LucideIcon>> = { secret: KeyRound, file: File, project: FolderLock };

/** more than these are told as a number: an upload of a folder can be thousands */
const mostShown = 50;

const stateText = ({ state, bytes }: WaitingItem): string =>
  state === 'sending' ? `Sending · ${formatBytes(bytes)}` : state === 'refused' ? 'Not sent' : formatBytes(bytes);

const Item = ({ item, onShow, onGiveUp }: { item: WaitingItem; onShow: () => void; onGiveUp: () => void }) => {
  const refused = item.state === 'refused';
  const Icon = refused ? CloudAlert : icons[item.kind];
  return (
    <li className="waiting-item" data-refused={refused}>
      <Icon size={16} aria-hidden />
      <div>
        <div className="waiting-line">
          <button type="button" className="truncate waiting-name" title={item.name} onClick={onShow}>
            {item.name}
          </button>
          <span className="quiet small">{stateText(item)}</span>
        </div>
        {refused ? (
          <>
            <p className="small">{item.message}</p>
            <Button className="give-up" aria-label={`Give up this change to ${item.name}`} onClick={onGiveUp}>
              Give up this change…
            </Button>
          </>
        ) : null}
      </div>
    </li>
  );
};

/** Refused ones first: they are what needs a person. */
const inOrder = (items: readonly WaitingItem[]): readonly WaitingItem[] => [
  ...items.filter((item) => item.state === 'refused'),
  ...items.filter((item) => item.state !== 'refused'),
];

/** What waits to be sent. */
export const WaitingList = ({ items, onClose }: { items: readonly WaitingItem[]; onClose: () => void }) => {
  const [giving, setGiving] = useState<WaitingItem | null>(null);
  const more = items.length - mostShown;
  const show = ({ kind, id, projectId }: WaitingItem) =>
    leaveThen(() => {
      onClose();
      void showObject(kind, id, projectId);
    });
  return (
    <>
      <ul className="waiting-items">
        {inOrder(items)
          .slice(0, mostShown)
          .map((item) => (
            <Item key={item.id} item={item} onShow={() => show(item)} onGiveUp={() => setGiving(item)} />
          ))}
      </ul>
      {more > 0 ? <p className="quiet small waiting-more">and {formatCount(more, 'more', 'more')}</p> : null}
      {giving ? (
        <Confirm
          title="Give up this change?"
          yes="Give up"
          onYes={() => void giveUp(giving)}
          onClose={() => setGiving(null)}
        >
          What you changed of “{giving.name}” since it was sent last is lost. It is then as the store has it. This
          cannot be undone.
        </Confirm>
      ) : null}
    </>
  );
};
