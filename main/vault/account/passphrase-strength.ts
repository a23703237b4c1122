/** How hard a passphrase is to guess, and what that would cost: for whoever chooses one. */
export { judgePassphrase } from '../../engine/judge-passphrase.js';
