import { buildEngine } from '../../../scripts/build.mjs';

/** The kernels and the entry of their threads, which the engine's sources take from the build. */
export default buildEngine;
