/** The bridge: nothing here but the three wires. Runs sandboxed, in a world of its own, before the page. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { Bridge, Failure, Result } from '../app/contract/index.js';
import {
  type CallEnvelope,
  type EventEnvelope,
  callChannel,
  dropChannel,
  eventChannel,
  eventsArgument,
  operationsArgument,
} from './ipc/channels.js';
import { wipeBytes } from './ipc/wipe.js';

const namesIn = (argument: string): ReadonlySet<string> => {
  const found = process.argv.find((text) => text.startsWith(argument));
  return new Set(found?.slice(argument.length).split(','));
};
const operations = namesIn(operationsArgument);
const events = namesIn(eventsArgument);

const refusal: Failure = { ok: false, code: 'invalid-input', message: 'There is no such operation.', details: {} };

const bridge: Bridge = {
  call: async (domain, operation, input) => {
    if (!operations.has(`${domain}.${operation}`)) return refusal;
    try {
      const envelope: CallEnvelope = { domain, operation, input };
      return (await ipcRenderer.invoke(callChannel, envelope)) as Result<unknown>;
    } finally {
      // SECURITY (promise 9): this world's copy of a passphrase goes too; the page wipes its own.
      wipeBytes(input);
    }
  },
  on: (domain, event, listener) => {
    if (!events.has(`${domain}.${event}`)) return () => undefined;
    const onEvent = (_: unknown, envelope: EventEnvelope): void => {
      if (envelope.domain === domain && envelope.event === event) listener(envelope.payload);
    };
    ipcRenderer.on(eventChannel, onEvent);
    return () => void ipcRenderer.off(eventChannel, onEvent);
  },
  // SECURITY: paths go from here straight to main; the page gets handles.
  dropped: (files) =>
    ipcRenderer.invoke(
      dropChannel,
      files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== ''),
    ) as ReturnType<Bridge['dropped']>,
};

contextBridge.exposeInMainWorld('coretexVault', bridge);
