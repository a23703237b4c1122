import { type IpcMainInvokeEvent, ipcMain } from 'electron';
import { z } from 'zod';
import type { Result } from '../../app/contract/index.js';
import { VaultError } from '../../app/errors.js';
import { callChannel, dropChannel } from './channels.js';
import type { PathHandles, SourceHandle } from './path-handles.js';
import { type Caller, type Router, failureOf } from './router.js';

const droppedPaths = z.array(z.string().min(1).max(32_768)).max(100_000);

export type Listening = Readonly<{
  router: Router;
  handles: PathHandles;
  trusts: (caller: Caller) => boolean;
  log: (line: string) => void;
}>;

/** Connects the router to the two wires that lead from the page into main. */
export const listen = ({ router, handles, trusts, log }: Listening): void => {
  ipcMain.handle(callChannel, (event, envelope: unknown) => router(callerOf(event), envelope));
  ipcMain.handle(dropChannel, (event, paths: unknown): Result<SourceHandle[]> => {
    try {
      if (!trusts(callerOf(event))) throw new VaultError('not-allowed');
      const parsed = droppedPaths.safeParse(paths);
      if (!parsed.success) throw new VaultError('invalid-input', 'Those are not files of this computer.');
      return { ok: true, value: parsed.data.map((path) => handles.register(path)) };
    } catch (error) {
      return failureOf(error, log);
    }
  });
};

/** A frame that is gone by now is nobody: its url is empty and no window trusts it. */
const callerOf = (event: IpcMainInvokeEvent): Caller => {
  const frame = event.senderFrame;
  return {
    url: frame?.url ?? '',
    isMainFrame: frame !== null && frame.parent === null,
    windowId: event.sender.id,
  };
};
