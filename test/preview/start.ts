/** Opens the renderer on a fake bridge; the scenario is JSON in the address after `#`. */
import '../../renderer/no-eval.js';
import { fakeBridge, type Scenario } from './fake-bridge.js';

const scenario = JSON.parse(decodeURIComponent(location.hash.slice(1)) || '{}') as Scenario;
const { bridge, world } = fakeBridge(scenario);
globalThis.coretexVault = bridge;
Object.assign(globalThis, { previewWorld: world });
await import('../../renderer/main.js');
