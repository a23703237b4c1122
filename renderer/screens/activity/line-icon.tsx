import { createElement } from 'react';
import {
  CirclePlus,
  FileLock,
  KeyRound,
  Pencil,
  ReceiptText,
  Server,
  ServerOff,
  ShieldX,
  UserCog,
  UserMinus,
  UserPlus,
  type LucideIcon,
} from 'lucide-react';
import type { ActivityLine } from '../../../app/model/people.js';

const icons: Readonly<Record<ActivityLine['type'], LucideIcon>> = {
  create: CirclePlus,
  rename: Pencil,
  'add-member': UserPlus,
  'set-role': UserCog,
  'remove-member': UserMinus,
  'authorize-node': Server,
  'revoke-node': ServerOff,
  rotate: KeyRound,
  rekeyed: FileLock,
  receipt: ReceiptText,
};

/** What kind of entry it is; one without effect has the same sign, whatever it tried. */
export const LineIcon = ({ line }: { line: ActivityLine }) => (
  <span className="tile line-tile" data-void={line.void} aria-hidden>
    {createElement(line.void ? ShieldX : icons[line.type], { size: 16, strokeWidth: 1.75 })}
  </span>
);
