import { Option, type Command } from 'commander';
import type { Ablated, LayerPart } from '../shared/ablation';
import type { Chat } from '../shared/chat/rendered';
import { chosenOf } from '../shared/chosen';
import { leastWindow, usualWindow } from '../shared/document/windows';
import { defaults, predicts, type Engine, type ModelInfo } from '../shared/engine';
import { badRequest, EngineError } from '../shared/errors';
import { metricNames } from '../shared/metrics';
import { neighbourSpaces, type NeighbourSpace } from '../shared/sides';
import { english } from '../shared/translator';
import { chatJson, chatWords, surprisalTables } from '../tools/chat';
import { placeOf, tables } from '../tools/tables';
import { vectorJson, vectorTables } from '../tools/vector';
import { whyOf, whyTable } from '../tools/why';
import { teller } from './aloud';
import { attentionJson, attentionTable, headsOption, type Heads } from './attentionTable';
import { documentLines } from './document';
import { lineBreakHint, spaceHint, untilPrinted } from './hints';
import { lensDetails, lensOf, pushOf } from './layers';
import { ablationOption, pairOption, pairsTwice, partName, twoTokens, UsageError, wholeNumber } from './options';
import { patchChosen, patchJson, patchLines, patchOf, withPatchOptions, type PatchOptions } from './patch';
import { loadEngine, newCommand, version, withModelOptions, type Io, type ModelOptions } from './program';
import { idsOf, madeWith } from './provenance';
import { steerJson, steerTables, steeringOf, withSteerOptions, type SteerOptions } from './steer';
import { vectorAlone, vectorOf } from './vector';

interface Options extends ModelOptions, SteerOptions, PatchOptions {
  readonly json: boolean;
  readonly neighbours: number;
  readonly top: number;
  readonly layers: boolean;
  readonly limit: number;
  readonly centred: boolean;
  readonly space: NeighbourSpace;
  readonly plain: boolean;
  readonly document?: string;
  readonly window: number;
  readonly chat?: string;
  readonly system?: string;
  readonly template?: string;
  readonly generationPrompt: boolean;
  readonly lens: boolean;
  readonly lensAll: boolean;
  readonly push?: number;
  readonly attention?: Heads;
  readonly why?: readonly string[];
  readonly without?: readonly LayerPart[];
  readonly mean: boolean;
  readonly vector?: string;
  readonly withoutOperands: boolean;
}

/** What says nothing about a whole document. */
const otherThanDocument = [
  ...['chat', 'system', 'template', 'neighbours', 'top', 'layers', 'dimensions', 'lens', 'lensAll', 'push'],
  ...['attention', 'why', 'without', 'mean', 'limit', 'centred', 'space'],
  ...['vector', 'withoutOperands', 'steer', 'patch'],
];

/** What `--vector` alone has no use for. */
const aboutText = ['layers', 'lens', 'lensAll', 'push', 'attention', 'why', 'without', 'mean', 'steer', 'patch'];

const usualOptions = (io: Io): Command =>
  withModelOptions(
    newCommand('vectorscope inspect', io)
      .description(
        `Shows a text as a language model does: tokens as directions with a size, their neighbours by ${metricNames(english)}, and what the model expects next.`,
      )
      .argument(
        '[text]',
        'the text; - reads it from standard input, unaltered; put -- before a text that begins with a dash',
      )
      .option('--json', 'print one JSON object instead of tables', false)
      .option(
        '--neighbours <k>',
        'neighbours of every token by each metric; 0 leaves them out',
        wholeNumber(0, defaults.longestList),
        defaults.neighbours,
      )
      .option(
        '--top <k>',
        'predicted tokens at every position; without this option tables show 5 at all but the last; 0 runs no layers',
        wholeNumber(0, defaults.longestList),
        defaults.top,
      )
      .option('--layers', 'add what every layer does to every position', false)
      .addOption(
        new Option(
          '--dimensions <k>',
          'add the layers, and of each residual the k dimensions that carry most of it: number, from 0, value (model units) and share of ‖r‖² (in --json 0 to 1)',
        )
          .argParser(wholeNumber(1, defaults.longestList))
          .implies({ layers: true }),
      )
      .option('--lens', 'add to --json what every layer would predict', false)
      .option(
        '--lens-all',
        'add to --json what --lens adds, what the residuals after attention would predict, the KL divergence of all rows from the final prediction (bits), and the tokens that come first in any row at the last position',
        false,
      )
      .option(
        '--push <id>',
        'add to --json what the parts of every layer add to the logit of this token (logits); and to --attention what heads add to it',
        wholeNumber(0, 2 ** 31 - 1),
      )
      .option(
        '--attention <heads>',
        'add what heads look at, how much they add to the residual (size, model units) and, with --push, to the logit: 23.4,29.1 for head 4 of layer 23 and head 1 of layer 29, both from 0, or all',
        headsOption,
      )
      .option(
        '--why <a> <b>',
        'add why the first of two tokens has a different logit than the second after the last position: two ids, or texts of one token each; the difference in logits, part by part',
        pairOption,
      )
      .option(
        '--without <part>',
        'run the text without a part of a layer: 23.4 for head 4 of layer 23, 23.attention or 23.feedForward, all from 0; repeatable; its output is set to 0',
        ablationOption,
      )
      .option('--mean', 'set the parts of --without to their mean over the text instead of 0', false)
      .option(
        '--vector <expression>',
        'add the vector that an expression of tokens makes, as in "king - man + woman": its size, its angle to each operand, its neighbours and what it would predict; it needs no text, unless it holds h or a residual such as r12, which are read after the last position',
      )
      .option('--without-operands', 'leave the operands of --vector out of its neighbours', false)
      .option('--limit <n>', 'tokens that get neighbours, predictions and layers', wholeNumber(1, 8192), defaults.limit)
      .option('--centred', "subtract the matrix's mean row before comparing neighbours", false)
      .addOption(
        new Option(
          '--space <space>',
          'the vectors whose neighbours are listed: input vectors, output rows, or, cross, an input vector among the output rows; the same for a model with one matrix',
        )
          .choices(neighbourSpaces)
          .default('input'),
      )
      .option('--plain', 'read special tokens that are spelled in the text as plain text', false)
      .addOption(
        new Option(
          '--document <file>',
          'measure a text of any length in overlapping windows: a file, or - for standard input; prints JSON lines as they come, one for each line of the text: bits a character, perplexity, and its tokens with what was expected instead',
        ).conflicts(otherThanDocument),
      )
      .option(
        '--window <n>',
        'tokens of a window of --document: all of the first are measured, and the second half of each later one',
        wholeNumber(leastWindow, 2 ** 20),
        usualWindow,
      )
      .addOption(
        new Option(
          '--chat <file>',
          "inspect a conversation as the model's own chat template renders it: a file, or - for standard input, with a JSON array of {role, content}, a line of a training file, or any other text as one message of the user",
        ).conflicts('plain'),
      )
      .option('--system <text>', 'a system message before the conversation of --chat, in place of its own')
      .option('--no-generation-prompt', 'end --chat with its last message, without asking the model to answer')
      .option('--template <name>', "one of the model's chat templates, for --chat; its usual one without this"),
  );

const commandOf = (io: Io): Command =>
  withPatchOptions(withSteerOptions(usualOptions(io))).version(version, '--version');

export async function inspect(args: readonly string[], io: Io): Promise<void> {
  const command = commandOf(io).parse(pairsTwice(args), { from: 'user' });
  const options = command.opts<Options>();
  const [argument] = command.args;
  checkSource(command, argument, options);
  if (options.vector !== undefined && argument === undefined && !options.chat)
    return vectorAlone(io, options, options.vector);
  const why = twoTokens(options.why, '--why');
  const patched = twoTokens(options.for, '--for');
  const ablated = ablatedOf(options);
  const file = options.document ?? options.chat;
  const source = file ?? argument ?? '';
  const isRead = file !== undefined || source === '-';
  const given = isRead ? await io.readInput(source === '-' ? undefined : source) : source;
  if (given === '') {
    const sentence = 'The text is empty; give at least one character.';
    throw isRead ? new EngineError('empty-text', sentence) : new UsageError(sentence);
  }
  if (source === '-' && file === undefined) lineBreakHint(io, given);
  const { engine, model } = await loadEngine(io, options);
  checkLayer(options, model);
  const print = async (to: Io): Promise<void> => {
    if (options.document !== undefined) {
      const { plain, window } = options;
      const made = await madeWith(to, engine, { model }, { plain, window });
      const { tell, end } = teller(to);
      for await (const line of documentLines(engine, model, given, options, made, tell)) {
        end();
        to.out(line);
      }
      return;
    }
    const chat = options.chat === undefined ? null : await chatOf(engine, options, given);
    const text = chat ? chat.text : given;
    await spaceHint(to, engine, text, why ? '--why' : '--for', why ?? patched ?? []);
    // Without layers the engine refuses requests that need them, with its own message.
    const layers = model.trunk?.layers ?? 0;
    const request = { text, limit: options.limit, plain: options.plain };
    const { without: _parts, chat: _file, ...asGiven } = options;
    const isDefault = (option: keyof Options) => command.getOptionValueSource(option) === 'default';
    const plain = await engine.inspect({
      ...asGiven,
      ...(ablated && { ablated }),
      ...(!predicts(model) && isDefault('top') && { top: 0 }),
      // Without matrices there are no neighbours.
      ...(model.sizes === null && isDefault('neighbours') && { neighbours: 0 }),
      text,
    });
    const positions = plain.tokens.length - plain.leftOut;
    const compared =
      why && (await whyOf({ engine, text: request, tokens: why, names: ['--why', '--why'] }, positions - 1));
    const place = { text: request, position: positions - 1 };
    const own = options.vector === undefined ? null : await vectorOf(to, engine, options.vector, options, place);
    const steered = options.steer === undefined ? null : await steeringOf(to, engine, request, options, positions - 1);
    const patch =
      options.patch === undefined
        ? null
        : await patchOf(engine, model, request, { ...options, for: patched }, positions - 1);
    const inspection = {
      ...plain,
      ...(chat && { chat: chatJson(chat, plain.tokens) }),
      ...(ablated && { without: ablated.parts.map(partName), replacedBy: ablated.by }),
      ...(compared && { why: compared.json }),
      ...(own && { vector: vectorJson(own) }),
      ...(steered && { steer: steerJson(steered) }),
      ...(patch && options.json && { patch: await patchJson(patch) }),
      ...((options.lens || options.lensAll) && { lens: await lensOf(engine, request, layers, ablated) }),
      ...(options.lensAll && (await lensDetails(engine, request, layers, positions - 1))),
      // Tables show the pushes of heads alone.
      ...(options.push !== undefined &&
        (options.json || !options.attention) && {
          push: await pushOf(engine, request, options.push, positions, layers),
        }),
    };
    const { attention: heads, push } = options;
    const asked = heads && { engine, model, text: request, heads, push };
    if (!options.json) {
      const printed = tables(inspection, {
        limit: options.limit,
        ...(isDefault('top') && { shown: shownPredictions }),
        asked: [
          ...(asked ? [await attentionTable(asked, plain.tokens, positions)] : []),
          ...(compared ? [whyTable(compared, model, placeOf(plain.tokens, positions - 1))] : []),
          ...(own ? [vectorTables(own)] : []),
          ...(steered ? [steerTables(steered)] : []),
        ],
        last: chat ? surprisalTables(chat, plain.tokens) : [],
      });
      if (patch) for await (const line of patchLines(patch)) to.out(line);
      return to.out((chat ? chatWords(chat) : patch ? '\n' : '') + printed);
    }
    const json = JSON.stringify({
      ...inspection,
      ...(await madeWith(
        to,
        engine,
        { model },
        {
          ...{ limit: options.limit, plain: options.plain, context: 0, template: chat?.template ?? null },
          ...{ centred: options.centred, space: plain.space ?? null, without: ablated ?? null },
          ...(steered && { steering: steered.steering }),
          ...(patch && { otherIds: patch.tokens.map(({ id }) => id) }),
          // These are about the prediction after the last position; the rest covers all positions.
          ...((compared || own || steered || patch) && { index: positions - 1 }),
          chosen: chosenOf({
            vector: options.vector,
            heads: options.attention,
            push: options.push,
            why: compared && [compared.json.a.id, compared.json.b.id],
            ...(patch && patchChosen(patch)),
          }),
          ...idsOf(plain.tokens),
        },
      )),
    });
    if (!asked) return to.out(`${json}\n`);
    // A piece waits for the next, so that nothing is written if the engine refuses.
    let written = `${json.slice(0, -1)},`;
    for await (const piece of attentionJson(asked, positions)) {
      to.out(written);
      written = piece;
    }
    to.out(`${written}}\n`);
  };
  // What is asked of a server has a sentence of its own.
  await (options.server === undefined
    ? untilPrinted(io, 'Computing the numbers of the text. Press Ctrl+C to stop.', print)
    : print(io));
}

/** The tokens of a table at positions before the last, unless --top is given. */
const shownPredictions = 5;

/** Renders a conversation. Throws if it is JSON that has no messages, which a program has not meant as a message. */
async function chatOf(engine: Engine, options: Options, text: string): Promise<Chat> {
  const chat = await engine.renderChat({ ...options, text }).catch((error: unknown) => {
    const isUnknown = error instanceof EngineError && options.template && error.choices.length > 0;
    throw isUnknown && !error.choices.includes(options.template ?? '') ? new UsageError(error.message) : error;
  });
  if (chat.findings.some(({ kind }) => kind === 'unread'))
    throw badRequest`The conversation begins like JSON, but it is broken or has no list of messages with a role and a content.`;
  return chat;
}

/** The engine counts residuals, which are one more than the layers that --at names. */
function checkLayer({ steer, at }: Options, { trunk }: ModelInfo): void {
  if (steer !== undefined && typeof at === 'number' && trunk && at >= trunk.layers)
    throw new UsageError(`There is no layer ${at}; --at takes 0 to ${trunk.layers - 1}, input or all.`);
}

/** Ends with a wrong usage unless there is a text, a document or a conversation. */
function checkSource(
  command: Command,
  text: string | undefined,
  { document, chat, system, template, generationPrompt, vector, withoutOperands, steer, patch, part, at }: Options,
): void {
  const isGiven = (option: string) => !['default', undefined].includes(command.getOptionValueSource(option));
  if (steer === undefined && ['strength', 'takeOut', 'everywhere'].some(isGiven))
    command.error('error: --strength, --take-out and --everywhere are about the vector of --steer');
  if (patch === undefined && ['for', 'part'].some(isGiven))
    command.error('error: --for and --part are about the text of --patch');
  if (part === 'head' && typeof at !== 'number')
    command.error('error: --part head needs the layer of the heads. Give its number, from 0, with --at.');
  if (at !== undefined && steer === undefined && part !== 'head')
    command.error('error: --at is about --steer, and about the heads of --part head');
  if (withoutOperands && vector === undefined)
    command.error('error: --without-operands is about the vector of --vector');
  if (document !== undefined && text !== undefined)
    command.error('error: --document takes the place of the text. Give one of the two.');
  if (document === undefined && command.getOptionValueSource('window') !== 'default')
    command.error('error: --window is about the text of --document');
  if (
    document === undefined &&
    chat === undefined &&
    text === undefined &&
    (vector === undefined || aboutText.some(isGiven))
  )
    command.error("error: missing required argument 'text'");
  if (chat !== undefined && text !== undefined)
    command.error('error: --chat takes the place of the text. Give one of the two.');
  if (chat === undefined && (system !== undefined || template !== undefined || !generationPrompt))
    command.error('error: --system, --template and --no-generation-prompt are about the conversation of --chat');
}

/** The parts to leave out. The run without them fits no other run, so what needs one is refused. */
function ablatedOf({ without: parts, mean, push, attention, why, lensAll, vector }: Options): Ablated | undefined {
  if (!parts) {
    if (mean) throw new UsageError('--mean says how parts are left out; name them with --without.');
    return undefined;
  }
  if (push !== undefined || attention || why || lensAll || vector !== undefined)
    throw new UsageError(
      '--push, --attention, --why, --lens-all and --vector need the complete model. Run them without --without.',
    );
  return { parts, by: mean ? 'mean' : 'zero' };
}
