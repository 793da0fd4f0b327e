import { availableParallelism } from 'node:os';

/**
 * Test files that run at a time, each in an editor of its own: all windows of one share its settings and begin with the
 * model that was chosen last. An editor, its page and the engine keep two cores busy: on two, a second worker made all
 * of it slower.
 */
export const workers = Math.min(4, Math.max(1, Math.floor(availableParallelism() / 2)));
