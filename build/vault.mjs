/**
 * `npm run -s vault -- …`: prepares what is missing, speaking on standard error only, then becomes the command. It runs in this
 * very process, so that arguments, standard input and output, signals and the exit code are the command's own.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { outFolder } from './checkout.mjs';
import { preparePackages } from './packages.mjs';
import { partsOf } from './parts.mjs';
import { aside, CannotGoOn } from './voice.mjs';

try {
  await preparePackages(aside);
  await bundle(partsOf.command, aside);
} catch (error) {
  aside.say(error instanceof CannotGoOn ? error.message : String(error));
  process.exit(1);
}

// npm goes to the checkout before it runs a script; relative paths are meant from where the person stands.
const stoodIn = process.env['npm_lifecycle_event'] === 'vault' ? process.env['INIT_CWD'] : undefined;
if (stoodIn) process.chdir(stoodIn);

const command = join(outFolder, 'main/vault.cjs');
process.argv[1] = command;
createRequire(import.meta.url)(command);
