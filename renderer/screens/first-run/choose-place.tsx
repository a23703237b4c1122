import { Check, Cloud, FolderClosed, Laptop, type LucideIcon } from 'lucide-react';
import { Button } from '../../components/button.js';
import { Logo } from '../../components/logo.js';
import { attempt } from '../../state/attempt.js';
import { client } from '../../state/client.js';
import type { Choice } from './steps.js';

const PlaceCard = ({
  icon: Icon,
  title,
  text,
  checked,
  onChoose,
}: {
  icon: LucideIcon;
  title: string;
  text: string;
  checked: boolean;
  onChoose: () => void;
}) => (
  <button type="button" role="radio" aria-checked={checked} className="place" onClick={onChoose}>
    <Icon size={24} strokeWidth={1.5} aria-hidden />
    <span className="place-text">
      <span className="place-title truncate" title={title}>
        {title}
      </span>
      <span className="quiet">{text}</span>
    </span>
    <span className="place-check">{checked ? <Check size={14} strokeWidth={3} aria-hidden /> : null}</span>
  </button>
);

export const ChoosePlace = ({
  choice,
  onChange,
  onNext,
}: {
  choice: Choice;
  onChange: (choice: Choice) => void;
  onNext: () => void;
}) => {
  const { place } = choice;
  const pick = () =>
    attempt(async () => {
      const picked = await client.account.chooseFolder({});
      if (picked) onChange({ ...choice, place: { kind: 'folder', ...picked } });
    });
  const folderText =
    place.kind === 'folder'
      ? place.holdsVault
        ? 'A vault is already there. You will join it.'
        : 'Your vault will live in this folder.'
      : 'A synced or shared folder, or an external disk.';
  return (
    <>
      <div className="setup-head">
        <Logo size={56} />
        <h1>Welcome to Coretex Vault</h1>
        <p>Everything is encrypted before it leaves this window. Where should your vault live?</p>
      </div>
      <div role="radiogroup" aria-label="Where your vault lives" className="places">
        <PlaceCard
          icon={Laptop}
          title="This computer"
          text="Private to you, with nothing to set up."
          checked={place.kind === 'default'}
          onChoose={() => onChange({ ...choice, place: { kind: 'default' } })}
        />
        <PlaceCard
          icon={FolderClosed}
          title={place.kind === 'folder' ? place.label : 'A folder…'}
          text={folderText}
          checked={place.kind === 'folder'}
          onChoose={() => void pick()}
        />
        <PlaceCard
          icon={Cloud}
          title="A bucket (S3)"
          text="For a team, or several computers. Works offline too."
          checked={place.kind === 's3'}
          onChoose={() => onChange({ ...choice, place: { kind: 's3' } })}
        />
      </div>
      <div className="setup-foot">
        <Button look="primary" className="button-large" onClick={onNext}>
          Continue
        </Button>
      </div>
    </>
  );
};
