import { inject } from 'vitest';

/** The editors of this worker: no other file has a window of them while this one runs. */
function ours() {
  const found = inject('editors')[Number(process.env['VITEST_POOL_ID']) - 1];
  if (!found)
    throw new Error(
      `There is no editor for worker ${process.env['VITEST_POOL_ID']}: start as many as there are workers.`,
    );
  return found;
}

/** The one with the extension in Node's extension host. */
export const editor = () => ours().node;

/** The one with the extension in the browser's extension host. */
export const webEditor = () => ours().web;
