import { parseArgs } from 'node:util';
import { defaultModel } from '../../src/shared/defaultModel';
import { both } from './llama/both';
import { beside, large } from './llama/large';
import { printBeside } from './llama/llamaCpp';

// The engine beside llama.cpp, as node-llama-cpp has it in the folder `--llama`. No time fails.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    llama: { type: 'string' },
    model: { type: 'string' },
    shape: { type: 'string', default: '1B,mixture,8B' },
  },
});
const [what, path = ''] = positionals;
if (what === 'both') await both(path, values.llama);
else if (what === 'large') await large(values.shape.split(','), values.model, values.llama);
else if (what === 'token') beside('default model', path || defaultModel.path, values.llama);
else await printBeside(path, values.llama);
process.exit();
