import { CircleUserRound, KeySquare, ShieldAlert, ShieldCheck, ShieldQuestion, type LucideIcon } from 'lucide-react';
import type { Suite } from '../../../app/model/account.js';
import { trustOf, type Trust } from '../../state/people.js';

const looks: Readonly<Record<Trust, readonly [words: string, icon: LucideIcon]>> = {
  self: ['You', CircleUserRound],
  alarm: ['Alarm', ShieldAlert],
  'key-changed': ['Key changed, signed', KeySquare],
  verified: ['Verified', ShieldCheck],
  unverified: ['Not verified', ShieldQuestion],
};

/** How far an account is trusted, as a sign and a word. */
export const TrustWords = ({ person }: { person: Parameters<typeof trustOf>[0] }) => {
  const trust = trustOf(person);
  const [words, Icon] = looks[trust];
  return (
    <span className="trust small" data-trust={trust}>
      <Icon size={14} aria-hidden />
      {words}
    </span>
  );
};

/** A suite in plain words. */
export const suiteWords: Readonly<Record<Suite, string>> = {
  vault: 'Vault: protected against guessing',
  coretex: 'Coretex: not protected against guessing, works with the Coretex Python library',
};
