import { Server } from 'lucide-react';
import './avatar.css';

const tints = 6;

/** "MO" for Mira Okafor, "東" for 東京: the first letters of the first and last word. */
export const initialsOf = (name: string): string => {
  const words = name.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letters = [words.at(0), words.length > 1 ? words.at(-1) : undefined].map(
    (word) => /[\p{L}\p{N}]/u.exec(word ?? '')?.[0] ?? '',
  );
  return letters.join('').toLocaleUpperCase() || '?';
};

/** Initials of a person, or the sign of a node, on a tint that comes from the account's id. The name stands beside it. */
export const Avatar = ({
  account,
  large = false,
}: {
  account: Readonly<{ id: string; name: string; kind: 'person' | 'node' }>;
  large?: boolean;
}) => (
  <span
    className="avatar"
    data-kind={account.kind}
    data-large={large}
    data-tint={parseInt(account.id.slice(-2), 16) % tints}
    aria-hidden
  >
    {account.kind === 'node' ? <Server size={large ? 24 : 16} strokeWidth={1.75} /> : initialsOf(account.name)}
  </span>
);
