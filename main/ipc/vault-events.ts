import type { Vault } from '../vault/vault.js';
import type { Emit } from './events.js';

/** Passes what an open vault reports on to the page, until the function it returns is called. */
export const relayVaultEvents = (vault: Vault, emit: Emit): (() => void) => {
  const stops = [
    vault.on('secrets-changed', () => emit('secrets', 'changed', {})),
    vault.on('indexing', (progress) => emit('secrets', 'indexing', progress)),
    vault.on('projects-changed', () => emit('projects', 'changed', {})),
    vault.on('files-changed', (change) => emit('files', 'changed', change)),
    vault.on('people-changed', () => emit('people', 'changed', {})),
    vault.on('rekey', (progress) => emit('projects', 'rekey', progress)),
    vault.on('sync', (status) => emit('sync', 'status', status)),
    vault.on('sync-changed', () => emit('sync', 'changed', {})),
    vault.on('transfer', (transfer) => emit('files', 'transfer', transfer)),
  ];
  return () => stops.forEach((stop) => stop());
};
