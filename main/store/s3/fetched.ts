export { localFailure } from '../local-failure.js';
