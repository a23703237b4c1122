/**
 * The three wires between the page and main. There is no other: one for calls, one for events, one that turns dropped
 * files into handles. Kept free of schemas, so that the preload stays a few lines.
 */
export const callChannel = 'coretex-vault';
export const eventChannel = 'coretex-vault:event';
export const dropChannel = 'coretex-vault:dropped';

/** How the preload learns the contract's names: `domain.operation` and `domain.event`, joined by commas. */
export const operationsArgument = '--coretex-operations=';
export const eventsArgument = '--coretex-events=';

export type CallEnvelope = Readonly<{ domain: string; operation: string; input: unknown }>;
export type EventEnvelope = Readonly<{ domain: string; event: string; payload: unknown }>;
