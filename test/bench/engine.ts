import { loadEngine } from './bare';
import { attention } from './engine/attention';
import { compare } from './engine/compare';
import { continueText } from './engine/continue';
import { document } from './engine/document';
import { follow } from './engine/follow';
import { lab } from './engine/lab';
import { lens } from './engine/lens';
import { patch } from './engine/patch';
import { steer } from './engine/steer';

// One question to the engine with the default model, in interleaved rounds. No time fails.

const elsewhere: Readonly<Record<string, () => Promise<void>>> = { compare, document };
const questions = { ...{ attention, continue: continueText, follow, lab, lens, patch, steer } };
const name = process.argv[2] as keyof typeof questions;
if (elsewhere[name]) await elsewhere[name]();
else await questions[name](await loadEngine());
process.exit();
