import { rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * electron-builder's hook once the runtime lies in the package's folder. The registry's runtime carries our own default app as
 * a folder, where electron-builder expects a file to remove: a package must hold no way to start another app.
 * @param {import('electron-builder').AfterPackContext} context
 */
export default function afterExtract({ appOutDir, packager }) {
  rmSync(join(packager.getResourcesDir(appOutDir), 'default_app.asar'), { recursive: true, force: true });
}
