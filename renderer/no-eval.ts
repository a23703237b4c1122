/**
 * Imported before everything else. zod probes for `eval` when a schema is made; the page's policy forbids it and would report
 * each probe as a violation. Models come with schemas, so zod is told before they load.
 */
import { config } from 'zod';

config({ jitless: true });
