import { availableParallelism } from 'node:os';

/**
 * Test files that run at a time, each in an editor of its own: settings and the chosen model hold for all windows of
 * one. An editor, its page and the engine keep more than one core busy, and rest while they wait for each other.
 */
export const workers = Math.min(4, Math.max(2, Math.floor(availableParallelism() / 4)));
