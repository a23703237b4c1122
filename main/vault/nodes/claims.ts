import { VaultError } from '../../../app/errors.js';
import type { AccountCard } from '../../crypto/account-card.js';
import { provesEnrolment } from '../../crypto/enrolment-proof.js';
import type { Invitation } from './invitations.js';

/** A node's first card that carries a proof. */
export type Claimant = Pick<AccountCard, 'id' | 'name' | 'keys'> & Readonly<{ enrolment: string }>;

export type Judgement = Readonly<{
  invitation: Invitation;
  /** the node that is verified from now on by its code */
  accepted: string | null;
  /** the node that was, until a second one came with the same code */
  doubted: string | null;
}>;

/**
 * What an invitation makes of the nodes that come with its code.
 * SECURITY (promise 2): a code speaks for one node only. When a second one knows it, somebody saw it who should not have, and
 * nobody can tell which of them that is: neither is verified by it any more.
 */
export const judgeClaims = (invitation: Invitation, nodes: readonly Claimant[], nowMs: number): Judgement => {
  const fresh = nodes.filter(
    (node) => !invitation.claims.includes(node.id) && provesEnrolment(node.enrolment, invitation.code, node),
  );
  const [first, second] = fresh;
  if (first === undefined) return { invitation, accepted: null, doubted: null };
  const claims = [...invitation.claims, ...fresh.map(({ id }) => id)];
  if (invitation.claims.length > 0 || second !== undefined) {
    return { invitation: { ...invitation, claims }, accepted: null, doubted: invitation.accepted };
  }
  const inTime = Date.parse(invitation.expires) > nowMs;
  const accepted = inTime && first.name === invitation.name ? first.id : null;
  return { invitation: { ...invitation, claims, accepted }, accepted, doubted: null };
};

/** Nodes of a code that more than one came with, but for the one that was accepted before that was known. */
export const doubleClaims = (invitation: Invitation): [accountId: string, alarm: VaultError][] => {
  const { name, claims, accepted } = invitation;
  if (claims.length < 2) return [];
  return claims
    .filter((accountId) => accountId !== accepted)
    .map((accountId) => [
      accountId,
      new VaultError(
        'changed-card',
        `Two nodes came with the one-time code that was given out for “${name}”: somebody else knows it. Neither counts as verified, and nothing is shared with the second. Compare the fingerprint of the first on the machine itself before you authorize it, then withdraw the code; that ends this alarm.`,
        { details: { account: accountId } },
      ),
    ]);
};
