import { fixed } from '../shared/format';
import { candidatesIn, mostRepeated, type RepeatedToken } from '../shared/lab';
import { englishPlural } from '../shared/plural';
import { groupedCount, table, visible } from '../tools/text';
import { aloud } from './aloud';
import { printedLab, referenceOptions, withReference } from './experiments';
import { UsageError, wholeNumber } from './options';
import { loadEngine, newCommand, sayer, version, withModelOptions, type Io, type ModelOptions } from './program';
import { experimentJson } from './provenance';

interface Options extends ModelOptions {
  readonly json: boolean;
  readonly verify: boolean;
  readonly top: number;
}

/** Which tokens of a model were never trained; with `--verify` also what the model makes of them. */
export async function untrainedCommand(args: readonly string[], io: Io): Promise<void> {
  const command = withModelOptions(
    withReference(
      newCommand('vectorscope untrained', io)
        .description('Says which tokens of a model look as if they were never trained, and how sure that is.')
        .argument('[model]', 'the same as --model: a GGUF file, a folder as on Hugging Face, or a model on the Hub')
        .option('--json', 'print one JSON object instead of tables', false)
        .option('--verify', `ask the model to repeat the first ${mostRepeated} candidates`, false)
        .option('--top <n>', 'the most tokens of a table', wholeNumber(1, 1000), 20),
    ),
  )
    .version(version, '--version')
    .parse(args, { from: 'user' });
  const { json, verify, top, ...options } = command.opts<Options>();
  const [file] = command.args;
  if (file !== undefined && options.model !== undefined)
    throw new UsageError(`The model is named twice, as ${file} and as ${options.model}. Name one.`);
  const named = file ?? options.model;
  const { engine, model } = await loadEngine(io, {
    ...options,
    ...(named !== undefined && { model: named }),
    // Without a prompt the two matrices are enough, which any family has.
    geometry: options.geometry || (!verify && options.server === undefined),
  });
  const say = sayer(io);
  const reference = referenceOptions(command);
  const found = await aloud('Comparing all tokens with the reference.', say, () =>
    engine.lab({ name: 'untrained', options: reference }),
  );
  if (found.name !== 'untrained') return;
  const { result } = found;
  const ids = candidatesIn(result)
    .slice(0, mostRepeated)
    .map(({ id }) => id);
  const repeats =
    verify && ids.length > 0
      ? await aloud(`Asking the model to repeat ${ids.length} tokens.`, say, () => engine.verifyUntrained({ ids }))
      : undefined;
  if (json) {
    const printed = { name: 'untrained', options: reference, result, ...(repeats && { repeats }) } as const;
    io.out(await experimentJson(io, engine, model, printed));
  } else io.out(`${[...printedLab(found, top), ...(repeats ? repeatsTables(repeats, top) : [])].join('\n\n')}\n`);
}

/** The probability below which Land and Bartolo call a token untrained. */
const untrainedProbability = 0.01;

function repeatsSaid(tokens: readonly RepeatedToken[]): string {
  const never = tokens.filter(({ probability }) => probability < untrainedProbability).length;
  return `Asked to repeat ${groupedCount(tokens.length)} ${englishPlural(tokens.length, { one: 'candidate', other: 'candidates' })}, the model gives ${groupedCount(never)} of them less than 1 %, whatever the prompt. A trained model repeats almost any token that it was trained on.`;
}

const repeatsTables = (tokens: readonly RepeatedToken[], most: number): readonly string[] => [
  repeatsSaid(tokens),
  table(
    [
      'asked to repeat',
      'highest probability',
      ...(tokens[0]?.byPrompt ?? []).map((_, prompt) => `prompt ${prompt + 1}`),
    ],
    tokens
      .slice(0, most)
      .map(({ text, probability, byPrompt }) => [
        visible(text),
        ...[probability, ...byPrompt].map((value) => fixed(value, 4)),
      ]),
    `lr${'r'.repeat(tokens[0]?.byPrompt.length ?? 0)}`,
  ),
];
