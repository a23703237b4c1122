import { rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * electron-builder's hook between packing and setting the fuses. The registry's runtime carries our own default app as a
 * folder, which electron-builder, expecting a file, leaves behind: a package must hold no way to start another app.
 * @param {import('electron-builder').AfterPackContext} context
 */
export default function afterPack({ appOutDir, packager }) {
  rmSync(join(packager.getResourcesDir(appOutDir), 'default_app.asar'), { recursive: true, force: true });
}
