import { attention } from './engine/attention';
import { compare } from './engine/compare';
import { document } from './engine/document';
import { follow } from './engine/follow';
import { lab } from './engine/lab';
import { lens } from './engine/lens';
import { patch } from './engine/patch';
import { steer } from './engine/steer';

// One question to the engine with the default model, in interleaved rounds. No time fails.

const questions: Readonly<Record<string, () => Promise<void>>> = {
  ...{ attention, compare, document, follow, lab, lens, patch, steer },
};
await questions[process.argv[2] ?? '']?.();
process.exit();
