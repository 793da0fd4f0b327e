import type { Ablated } from '../shared/ablation';
import { headNumber } from '../shared/attention';
import type { Chat } from '../shared/chat/rendered';
import { chosenOf } from '../shared/chosen';
import type { MeasuredDocument } from '../shared/document/document';
import { measureDocument } from '../shared/document/measure';
import { DocumentSums, lineSum } from '../shared/document/sums';
import { defaults, predicts, type Engine, type ModelInfo } from '../shared/engine';
import { badRequest, EngineError } from '../shared/errors';
import type { InspectedScores, InspectedToken } from '../shared/inspection';
import { namedOnly } from '../shared/neighbourTable';
import { neuronName } from '../shared/neurons';
import { perplexityOf, type SurprisalSum } from '../shared/surprisalSum';
import type { TextRequest } from '../shared/tokens';
import { chatJson, chatWords, surprisalTables } from '../tools/chat';
import {
  expertsJson,
  expertsSaid,
  neuronJson,
  neuronSaid,
  neuronsJson,
  neuronsSaid,
  scoresJson,
  scoresTable,
} from '../tools/insides';
import { mattersJson, mattersOf, printedMatters } from '../tools/matters';
import { placeOf, tables } from '../tools/tables';
import { vectorJson, vectorTables } from '../tools/vector';
import { whyOf, whyTable } from '../tools/why';
import { teller } from './aloud';
import { continuedOf } from './continued';
import { lineBreakHint, spaceHint, untilPrinted } from './hints';
import { inspectOptions, type InspectOptions } from './inspectOptions';
import { attentionJson, attentionTable, lensDetails, lensOf, pushOf } from './layers';
import { partName, UsageError } from './options';
import { patchChosen, patchJson, patchLines, patchOf } from './patch';
import { loadEngine, type Io, type LoadedEngine } from './program';
import { idsOf, madeWith } from './provenance';
import { steerJson, steerTables, steeringOf, vectorAlone, vectorOf } from './vector';

/** What `--document` is given beside its file. */
interface DocumentOptions {
  readonly plain: boolean;
  readonly window: number;
}

/**
 * A document as JSON lines, each as soon as it is known: first what is measured and how, with the provenance, then the
 * lines of the text with their tokens, and at last the sum. `tell` hears of the share that is measured.
 */
async function* documentLines(
  engine: Engine,
  { name }: ModelInfo,
  text: string,
  { plain, window }: DocumentOptions,
  made: object = {},
  tell: (fraction: number) => void = () => undefined,
): AsyncGenerator<string> {
  const sums = new DocumentSums(text);
  let [line, at] = [0, 0];
  for await (const document of measureDocument(engine, { text, plain, window })) {
    const { tokens, measured } = document;
    if (measured === 0)
      yield json({
        model: name,
        tokens: tokens.ids.length,
        lines: sums.lines.tokens.length,
        window: document.window,
        ...(tokens.control.length > 0 && { control: tokens.control.map(({ text }) => text) }),
        ...made,
      });
    sums.take(document);
    for (; line < sums.finished; line++) {
      const first = at;
      while (at < measured && sums.lineAt(tokens.starts[at] as number) === line) at++;
      yield json({
        line: line + 1,
        start: sums.lines.starts[line],
        ...sumJson(lineSum(sums.lines, line)),
        tokens: Array.from({ length: at - first }, (_, i) => tokenJson(text, document, first + i)),
      });
    }
    tell(measured / tokens.ids.length);
  }
  yield json({ total: sumJson(sums.total) });
}

const json = (value: object): string => `${JSON.stringify(value)}\n`;

const sumJson = ({ tokens, ...sum }: SurprisalSum) => ({ measured: tokens, ...sum, perplexity: perplexityOf(sum) });

function tokenJson(text: string, { tokens, surprisal, entropy, expected }: MeasuredDocument, i: number) {
  const [start, end] = [tokens.starts[i] as number, tokens.ends[i] as number];
  return {
    id: tokens.ids[i],
    text: text.slice(start, end),
    start,
    end,
    size: tokens.sizes[i],
    // JSON has no NaN: it becomes null.
    surprisal: surprisal[i],
    entropy: entropy[i],
    expected: expected[i]?.map(({ token, probability }) => ({ id: token.id, text: token.text, probability })),
  };
}

export async function inspect(args: readonly string[], io: Io): Promise<void> {
  const { options, text: argument, isUsual } = inspectOptions(args, io);
  if (options.vector !== undefined && argument === undefined && !options.chat)
    return vectorAlone(io, options, options.vector);
  const given = await givenText(options, argument, io);
  const { engine, model } = await loadEngine(io, options);
  checkLayer(options, model);
  const print = async (to: Io): Promise<void> => {
    if (options.document !== undefined) return printDocument(to, engine, model, options, given);
    const chat = options.chat === undefined ? null : await chatOf(engine, options, given);
    const { limit, plain, json, why, top, attention: heads, push, lens, lensAll } = options;
    const layers = model.trunk?.layers ?? 0;
    const request = { text: chat ? chat.text : given, limit, plain };
    await spaceHint(to, engine, request.text, why ? '--why' : '--for', why ?? options.for ?? []);
    const ablated: Ablated | undefined = options.without && {
      parts: options.without,
      by: options.mean ? 'mean' : 'zero',
    };
    const { without: _parts, chat: _file, ...asGiven } = options;
    const found = await engine.inspect({
      ...asGiven,
      ...request,
      ...(ablated && { ablated }),
      // Without layers the engine refuses requests that need them, with its own message.
      top: !predicts(model) && isUsual('top') ? 0 : top,
      // Without matrices there are none, and few who read tables want them.
      neighbours: isUsual('neighbours') && (model.sizes === null || !json) ? 0 : options.neighbours,
    });
    const { tokens } = found;
    const position = tokens.length - found.leftOut - 1;
    const added = await addedBy(options, { io: to, engine, model, text: request, tokens, chat }, position);
    const together = (key: 'json' | 'made' | 'chosen'): object =>
      Object.assign({}, ...added.map((one) => one[key])) as object;
    const inspection = {
      ...found,
      ...(chat && { chat: chatJson(chat, tokens) }),
      ...(ablated && { without: ablated.parts.map(partName), replacedBy: ablated.by }),
      ...together('json'),
      ...((lens || lensAll) && { lens: await lensOf(engine, request, layers, ablated) }),
      ...(lensAll && (await lensDetails(engine, request, layers, position))),
      // Tables show the pushes of heads alone.
      ...(push !== undefined &&
        (json || !(heads ?? options.neurons ?? options.neuron ?? options.experts)) && {
          push: await pushOf(engine, request, push, position + 1, layers),
        }),
    };
    const weights = heads && { engine, model, text: request, heads, push };
    if (!json) {
      const printed = tables(inspection, {
        limit,
        ...(isUsual('top') && { shown: shownPredictions }),
        asked: [
          ...(weights ? [await attentionTable(weights, tokens, position + 1)] : []),
          ...added.flatMap(({ table }) => table ?? []),
        ],
        last: chat ? surprisalTables(chat, tokens) : [],
      });
      const lines = added.flatMap((one) => one.lines ?? []);
      for (const rows of lines) for await (const line of rows) to.out(line);
      return to.out((chat ? chatWords(chat) : lines.length > 0 ? '\n' : '') + printed);
    }
    const made = await madeWith(
      to,
      engine,
      { model },
      {
        ...{ limit, plain, context: 0, template: chat?.template ?? null },
        ...{ centred: options.centred, space: found.space ?? null, without: ablated ?? null },
        ...together('made'),
        ...(added.length > 0 && { index: position }),
        chosen: chosenOf({ heads, push, ...together('chosen') }),
        ...idsOf(tokens),
      },
    );
    const text = JSON.stringify({ ...inspection, ...made });
    if (!weights) return to.out(`${text}\n`);
    // A piece waits for the next, so that nothing is written if the engine refuses.
    let written = `${text.slice(0, -1)},`;
    for await (const piece of attentionJson(weights, position + 1)) {
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

/** What an option adds about the prediction after the last position. The rest covers all positions. */
interface Added {
  readonly json?: object;
  /** Before the tables of every inspection. */
  readonly table?: string;
  /** The same as it is computed, before all tables. */
  readonly lines?: AsyncIterable<string>;
  /** To the provenance, and to what it says was chosen. */
  readonly made?: object;
  readonly chosen?: object;
}

async function addedBy(
  options: InspectOptions,
  {
    io,
    engine,
    model,
    text,
    tokens,
    chat,
  }: LoadedEngine & { io: Io; text: TextRequest; tokens: readonly InspectedToken[]; chat: Chat | null },
  position: number,
): Promise<readonly Added[]> {
  const added: Added[] = [];
  const { why, vector, steer, patch: other, matters: by, json, scores, neurons, neuron, experts, push } = options;
  const here = { ...text, position, ...(push !== undefined && { output: push }) };
  for (const head of json ? [] : (scores ?? [])) {
    const found = await engine.headScores({ ...here, ...head });
    added.push({ table: scoresTable(found, tokens.map(namedOnly)) });
  }
  if (scores && json) {
    const all: InspectedScores[] = [];
    for (const head of scores) all.push(await scoresJson(engine, text, head, position + 1));
    added.push({ json: { scores: all }, chosen: { scores: scores.map(headNumber) } });
  }
  if (neurons !== undefined) {
    const found = await engine.neurons({ ...here, count: neurons });
    added.push({ json: neuronsJson(found), table: neuronsSaid(found), chosen: { neurons } });
  }
  if (experts) {
    const found = await engine.experts(here);
    added.push({ json: expertsJson(found), table: expertsSaid(found), chosen: { experts } });
  }
  if (neuron) {
    const found = await engine.neuronView({ ...here, ...neuron, count: options.neighbours || defaults.neighbours });
    added.push({ json: neuronJson(found), table: neuronSaid(found), chosen: { neuron: neuronName(neuron) } });
  }
  if (why) {
    const found = await whyOf({ engine, text, tokens: why, names: ['--why', '--why'] }, position);
    const table = whyTable(found, model, placeOf(tokens, position));
    added.push({ json: { why: found.json }, table, chosen: { why: [found.json.a.id, found.json.b.id] } });
  }
  if (vector !== undefined) {
    const own = await vectorOf(io, engine, vector, options, { text, position });
    added.push({ json: { vector: vectorJson(own) }, table: vectorTables(own), chosen: { vector } });
  }
  if (steer !== undefined) {
    const found = await steeringOf(io, engine, text, options, position);
    added.push({ json: { steer: steerJson(found) }, table: steerTables(found), made: { steering: found.steering } });
  }
  if (by) {
    const chosen = { by, ...(options.answer !== undefined && { answer: options.answer }) };
    const asked = { ...chosen, request: text, text: text.text, tokens, chat, position };
    const found = await mattersOf(engine, model, { ...asked, requests: options.requests }, (n) => `--requests ${n}`);
    added.push({ json: { matters: mattersJson(found) }, table: printedMatters(found), chosen: { matters: chosen } });
  }
  if (options.continue !== undefined) added.push(await continuedOf(io, engine, model, text, options, position));
  if (other !== undefined) {
    const patch = await patchOf(engine, model, text, options, position);
    const printed = json ? { json: { patch: await patchJson(patch) } } : { lines: patchLines(patch, model.trunk) };
    added.push({ ...printed, made: { otherIds: idsOf(patch.tokens).ids }, chosen: patchChosen(patch) });
  }
  return added;
}

/** The text, or what the file of a document or a conversation holds. */
async function givenText({ document, chat }: InspectOptions, argument: string | undefined, io: Io): Promise<string> {
  const file = document ?? chat;
  const source = file ?? argument ?? '';
  const isRead = file !== undefined || source === '-';
  const given = isRead ? await io.readInput(source === '-' ? undefined : source) : source;
  if (given === '') {
    const sentence = 'The text is empty; give at least one character.';
    throw isRead ? new EngineError('empty-text', sentence) : new UsageError(sentence);
  }
  if (source === '-' && file === undefined) lineBreakHint(io, given);
  return given;
}

async function printDocument(
  io: Io,
  engine: Engine,
  model: ModelInfo,
  { plain, window }: InspectOptions,
  text: string,
): Promise<void> {
  const made = await madeWith(io, engine, { model }, { plain, window });
  const { tell, end } = teller(io);
  for await (const line of documentLines(engine, model, text, { plain, window }, made, tell)) {
    end();
    io.out(line);
  }
}

/** Renders a conversation. Throws if it is JSON that has no messages, which a program has not meant as a message. */
async function chatOf(engine: Engine, options: InspectOptions, text: string): Promise<Chat> {
  const chat = await engine.renderChat({ ...options, text }).catch((error: unknown) => {
    const isUnknown = error instanceof EngineError && options.template && error.choices.length > 0;
    throw isUnknown && !error.choices.includes(options.template ?? '') ? new UsageError(error.message) : error;
  });
  if (chat.findings.some(({ kind }) => kind === 'unread'))
    throw badRequest`The conversation begins like JSON, but it is broken or has no list of messages with a role and a content.`;
  return chat;
}

/** The engine counts residuals, which are one more than the layers that --at names. */
function checkLayer({ steer, at }: InspectOptions, { trunk }: ModelInfo): void {
  if (steer !== undefined && typeof at === 'number' && trunk && at >= trunk.layers)
    throw new UsageError(`There is no layer ${at}; --at takes 0 to ${trunk.layers - 1}, input or all.`);
}
