/**
 * The log of a project in plain words, the same in the window and in the command: "Ada added Bob as editor".
 * Names come from other people's cards, so what could reorder or break a line is taken out of them.
 */
import type { ActivityLine } from './people.js';
import type { Role } from './project.js';

/** Names as one line of plain text: no control characters, none that turn the direction of writing. */
const plain = (name: string | undefined): string =>
  (name ?? '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\p{Bidi_Control}/gu, '')
    .trim() || 'Somebody';

const roleWords: Readonly<Record<Role, string>> = {
  owner: 'an owner',
  admin: 'an admin',
  editor: 'an editor',
  viewer: 'a viewer',
};

const count = (number: number, one: string): string =>
  `${number.toLocaleString('en')} ${one}${number === 1 ? '' : 's'}`;

/** "2 secrets and 14 files", "1 file", "nothing" */
const readingOf = (secrets: number, files: number): string => {
  const parts = [...(secrets > 0 ? [count(secrets, 'secret')] : []), ...(files > 0 ? [count(files, 'file')] : [])];
  return parts.join(' and ') || 'nothing';
};

/** What was done, as it is told of a deed and of an attempt: "added Bob", "add Bob". */
type Deed = readonly [did: string, attempted: string];

const receiptDeed = ({ receipt }: ActivityLine): Deed => {
  if (receipt === null) return ['noted a reading that cannot be opened here', 'note a reading'];
  const command = plain(receipt.command);
  const what = readingOf(receipt.secrets.length, receipt.files);
  const purpose = receipt.command.trim() === '' ? '' : ` for ${command}`;
  return [`read ${what}${purpose}`, `note having read ${what}${purpose}`];
};

/** Somebody who changes their own place is not told as if it were another person's. */
const ownDeed = ({ type, role }: ActivityLine): Deed | null => {
  const as = role === null ? 'a member' : roleWords[role];
  switch (type) {
    case 'add-member':
      return [`joined as ${as}`, `become ${as}`];
    case 'set-role':
      return [`changed their own role and is ${as} now`, `become ${as}`];
    case 'remove-member':
    case 'revoke-node':
      return ['left, and the project’s key was changed', 'leave'];
    default:
      return null;
  }
};

const deedOf = (line: ActivityLine): Deed => {
  const { type, role, subject, actor } = line;
  const whom = plain(subject?.name);
  const own = subject?.id === actor ? ownDeed(line) : null;
  if (own !== null) return own;
  switch (type) {
    case 'create':
      return ['created the project', 'create the project again'];
    case 'rename':
      return ['renamed the project', 'rename the project'];
    case 'add-member':
      return role === null ? [`added ${whom}`, `add ${whom}`] : [`added ${whom} as ${role}`, `add ${whom} as ${role}`];
    case 'set-role': {
      const what = role === null ? 'a member' : roleWords[role];
      return [`made ${whom} ${what}`, `make ${whom} ${what}`];
    }
    case 'remove-member':
      return [`removed ${whom} and changed the project’s key`, `remove ${whom}`];
    case 'authorize-node':
      return [`let the node ${whom} read the project`, `let the node ${whom} read the project`];
    case 'revoke-node':
      return [`shut out the node ${whom} and changed the project’s key`, `shut out the node ${whom}`];
    case 'rotate':
      return ['changed the project’s key', 'change the project’s key'];
    case 'rekeyed':
      return ['re-encrypted the older files with the new key', 'say that the older files were re-encrypted'];
    case 'receipt':
      return receiptDeed(line);
  }
};

/** One entry of a log as a sentence without its end mark; an entry without effect says so. */
export const sentenceOf = (line: ActivityLine): string => {
  const who = plain(line.actorName);
  const [did, attempted] = deedOf(line);
  return line.void ? `${who} tried to ${attempted}; it had no effect` : `${who} ${did}`;
};
