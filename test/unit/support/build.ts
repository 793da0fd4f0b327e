import { buildCommandLine, buildEngine } from '../../../scripts/build.mjs';

/**
 * The kernels and the entry of their threads, which the engine's sources take from the build, and the programs that
 * tests start.
 */
export default async function build(): Promise<void> {
  await buildEngine();
  await buildCommandLine();
}
