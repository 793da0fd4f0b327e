import { parseArgs } from 'node:util';
import { print } from '../bench/measure';
import { play } from '../unit/extension/inspection/plays/play';

// Random plays of the inspection over an engine that answers when it is told to, each a few
// dozen commands. Exits with 1 if one shows a fault, and prints the smallest play that does.
//
// `npm run verify -- plays --count 100000 --seed 1`; without a seed the plays are new ones. `--first` ends at the first
// find, `--commands 16` makes shorter plays.

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string' },
    first: { type: 'boolean', default: false },
    commands: { type: 'string' },
  },
});
const count = Number(values.count);
const first = Number(values.seed ?? Date.now() % 1_000_000_000);
/** Plays with one seed: a find names the one that shows it again. */
const together = 500;

const start = Date.now();
let plays = 0;
let commands = 0;
let finds = 0;
for (let seed = first; plays < count && !(values.first && finds > 0); seed++) {
  const played = await play(seed, Math.min(together, count - plays), Number(values.commands ?? 32));
  plays += played.plays;
  commands += played.commands;
  const { found } = played;
  if (found) {
    finds++;
    print(`\nSeed ${seed}: ${found.sentence}\n${found.play.replaceAll(',', '\n')}\n`);
  }
  if ((seed - first) % 20 === 19) print(`${plays} plays, ${finds} finds`);
}
const seconds = (Date.now() - start) / 1000;
print(
  `${plays} plays with seeds from ${first} on, ${(commands / plays).toFixed(1)} commands a play, ${seconds.toFixed(0)} s: ${finds} finds.`,
);
process.exitCode = finds > 0 ? 1 : 0;
