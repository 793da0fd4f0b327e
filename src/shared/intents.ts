import * as v from 'valibot';
import { replacements } from './ablation';
import { blameGrains } from './blame';
import { adapterScales } from './both';
import { chatOptions } from './chat/view';
import { mostSeed } from './continuation';
import { appendedIds, inView, natural, samplerForm } from './instruments';
import { experiments, rangesOf, type Experiment, type LabAsk, type NumberRange } from './lab';
import { matterGrains } from './matters';
import { allColourings, exportable } from './panel';
import { ownRuns } from './provenance';
import { whats } from './python';
import { neighbourSpaces, sides } from './sides';
import { longestExpression } from './vectors/expression';
import { steeredPositions, steerings } from './vectors/steering';
import { patchParts } from './vectors/texts';

/** No token is longer than this. UTF-16 units. */
const longestQuery = 1000;
/** Tokens of one continuation. */
export const mostContinued = 1000;
/** The longest name of a tensor in either format. */
const longestName = 1024;
/** Of the path of a file. UTF-16 units. */
const longestPath = 4096;
/** A table of the largest inspection is far shorter. UTF-16 units. */
const longestCopy = 10_000_000;
/** A chart at twice its size is far smaller. UTF-16 units. */
const longestPicture = 20_000_000;

/** The options that an experiment takes, each within its range, and no others. */
const optionsOf = (name: Experiment) =>
  v.strictObject(
    Object.fromEntries(
      Object.entries<NumberRange>(rangesOf(name)).map(([option, { least, most, isFraction, isOptional }]) => {
        const number = v.pipe(
          v.number(),
          v.check((value) => isFraction === true || Number.isInteger(value)),
          v.minValue(least),
          v.maxValue(most),
        );
        return [option, isOptional ? v.exactOptional(number) : number];
      }),
    ),
  );
const anyAsk = v.strictObject({ name: v.picklist(experiments), options: v.looseObject({}) });
const ask = v.custom<LabAsk>((data) => v.is(anyAsk, data) && v.is(optionsOf(data.name), data.options));

const residual = v.strictObject({ kind: v.literal('residual'), position: natural, layer: natural });
/** The text of a vector of the user's own. */
export const expression = v.pipe(v.string(), v.minLength(1), v.maxLength(longestExpression));
const axis = v.union([
  residual,
  v.strictObject({ kind: v.literal('vector'), expression }),
  v.strictObject({ kind: v.literal('token'), side: v.exactOptional(v.picklist(sides)), id: v.exactOptional(natural) }),
]);
const head = v.strictObject({ layer: natural, head: natural });
const layerPart = v.union([
  v.strictObject({ kind: v.literal('head'), layer: natural, head: natural }),
  v.strictObject({ kind: v.literal('neuron'), layer: natural, index: natural }),
  v.strictObject({ kind: v.literal('expert'), layer: natural, expert: natural }),
  v.strictObject({ kind: v.picklist(['attention', 'feedForward']), layer: natural }),
]);

export const steering = v.strictObject({
  expression,
  how: v.picklist(steerings),
  strength: v.pipe(v.number(), v.minValue(-1000), v.maxValue(1000)),
  layer: v.nullable(natural),
  positions: v.picklist(steeredPositions),
});

/** Choices of the user that hold until the window closes. */
export const chosenOptions = {
  context: v.boolean(),
  plain: v.boolean(),
  chat: v.nullable(chatOptions),
  centred: v.boolean(),
  space: v.picklist(neighbourSpaces),
  colouring: v.picklist(allColourings),
};

const says = v.strictObject;

/** Everything that a page can ask for: its name, and what it says. */
const intents = {
  /** The webview is drawn and waits for the state. */
  ready: says({}),
  choosePosition: says({ position: natural }),
  /** null goes back to the position's own token. */
  chooseToken: says({ id: v.nullable(natural) }),
  setOptions: says({
    options: says({
      context: v.exactOptional(chosenOptions.context),
      plain: v.exactOptional(chosenOptions.plain),
      chat: v.exactOptional(chosenOptions.chat),
      centred: v.exactOptional(chosenOptions.centred),
      space: v.exactOptional(chosenOptions.space),
      colouring: v.exactOptional(chosenOptions.colouring),
    }),
  }),
  /** Inspects the same range again. `server`: the one that the sentence beside the button names, which agrees to it. */
  refresh: says({ server: v.exactOptional(v.string()) }),
  /** Inspects the text with a predicted token after it, which is not written into the document. */
  continueWith: says({ id: natural }),
  /** Lets the model go on after the text, or from another token at a step of a path. `sampler`: null is greedy. */
  continueText: says({
    from: v.exactOptional(v.strictObject({ path: natural, step: natural, id: natural })),
    count: v.pipe(natural, v.maxValue(mostContinued)),
    sampler: v.nullable(samplerForm),
    seed: v.pipe(natural, v.maxValue(mostSeed)),
    stop: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(longestQuery))),
  }),
  stopContinuing: says({}),
  removePath: says({ path: natural }),
  /** Inspects the text with a path after it; `against`: and compares it with another path. */
  inspectPath: says({ path: natural, against: v.exactOptional(natural) }),
  /** Takes the last such token off. */
  takeOff: says({}),
  /** Writes these tokens into the document, and those of a path. */
  insertAppended: says({ path: v.exactOptional(natural) }),
  /** Whether the text is inspected again whenever it was edited. */
  followEdits: says({ on: v.boolean() }),
  cancel: says({}),
  /** An empty query closes the list. */
  find: says({ query: v.pipe(v.string(), v.maxLength(longestQuery)) }),
  /** `as` is the form of what is copied with its provenance. Without it the text is copied as it is. */
  copy: says({
    text: v.pipe(v.string(), v.maxLength(longestCopy)),
    as: v.exactOptional(v.picklist(['table', 'markdown', 'json'])),
    of: v.exactOptional(v.picklist(ownRuns)),
  }),
  /**
   * Copies what a section shows, in the form that the command line prints or as a table; `file` asks where to save the
   * part for the whole inspection.
   */
  export: says({ what: v.picklist(exportable), as: v.picklist(['json', 'file']) }),
  /** Copies a script that computes a figure anew. */
  copyPython: says({ what: v.picklist(whats) }),
  /** A picture in both forms, of which the user chooses one. `svg` is a document of its own, `png` is base64. */
  savePicture: says({
    name: v.pipe(v.string(), v.regex(/^[\w-]{1,60}$/)),
    svg: v.pipe(v.string(), v.maxLength(longestPicture), v.startsWith('<svg')),
    png: v.pipe(v.string(), v.maxLength(longestPicture), v.base64()),
  }),
  /** The mouse or the focus is on a token of the text: the editor shows where it stands. null: on none. */
  point: says({ position: v.nullable(natural) }),
  /** Inspects what is selected in the editor. */
  inspect: says({}),
  /** Inspects the whole document of the editor. */
  inspectDocument: says({}),
  /** Stops that; what was measured stays. */
  stopDocument: says({}),
  /** Goes on where it was stopped. */
  continueDocument: says({}),
  /** Forgets the inspection of the document. */
  closeDocument: says({}),
  /** Loads the geometry of the model file that is open as a document. */
  loadGeometry: says({}),
  /** Makes that file the model in use, or compares the loaded model with it. */
  useFile: says({}),
  compareFile: says({}),
  /** Reads one of its tensors, or stops that. */
  measureTensor: says({ name: v.pipe(v.string(), v.maxLength(longestName)) }),
  stopTensor: says({ name: v.pipe(v.string(), v.maxLength(longestName)) }),
  /** Shows a place of that document in its editor. UTF-16 offsets. */
  revealInDocument: says({ start: natural, end: natural }),
  /** Loads the model, or loads it again. */
  load: says({}),
  /** Agrees to the download of the model, and goes on with the work that needs it. */
  download: says({}),
  openPanel: says({}),
  /** What of the costly parts is in sight has changed. */
  inView: says({ parts: inView }),
  /** A token becomes the axis and, where it is named, the chosen one; or a residual becomes the axis. */
  chooseAxis: says({ axis }),
  /** Back to the axis before, or forward again. */
  stepAxis: says({ by: v.picklist([-1, 1]) }),
  /** Opens a head; null closes it. */
  openHead: says({ head: v.nullable(head) }),
  /** The key whose score the open head would have at every distance; null: that which it looks at most. */
  chooseKey: says({ key: v.nullable(natural) }),
  /** Opens a neuron; null closes it. */
  openNeuron: says({ neuron: v.nullable(v.strictObject({ layer: natural, index: natural })) }),
  /** Compares the pushed token with another; null compares it with none. */
  compareWith: says({ id: v.nullable(natural) }),
  /** Runs the text without a part; null ends that. */
  ablate: says({ ablation: v.nullable(v.strictObject({ part: layerPart, by: v.picklist(replacements) })) }),
  /** Makes a vector of the user's own; null forgets it. */
  makeVector: says({ expression: v.nullable(expression) }),
  /** Keeps a vector under a name, in place of one of that name; a null expression forgets it. */
  keepVector: says({
    name: v.pipe(v.string(), v.minLength(1), v.maxLength(longestName)),
    expression: v.nullable(expression),
  }),
  /** Runs the text with a vector in the residual; null ends that. */
  steer: says({ steering: v.nullable(steering) }),
  /** Compares the inspected text with another one, or with one that begins as it does; null ends that. */
  compareTexts: says({
    text: v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(longestCopy))),
    appended: v.exactOptional(appendedIds),
  }),
  /** The same with what is selected in the editor. */
  compareSelection: says({}),
  /** A position of the other text is chosen; null goes back to the one that corresponds. */
  chooseOtherPosition: says({ position: v.nullable(natural) }),
  /** Fills a grid of patches, or goes on where it was stopped; null takes it off. `layer` with `head` alone. */
  patch: says({
    patch: v.nullable(
      v.strictObject({
        part: v.picklist(patchParts),
        layer: v.nullable(natural),
        tokens: v.nullable(v.strictTuple([natural, natural])),
      }),
    ),
  }),
  stopPatch: says({}),
  /** Opens a cell of the grid; null closes it. */
  openPatch: says({ cell: v.nullable(v.strictObject({ row: natural, at: natural })) }),
  /** Asks for a model to compare the loaded one with. */
  compareModels: says({}),
  /** How much of its adapter the second model has. */
  scaleOther: says({ scale: v.pipe(v.number(), v.minValue(adapterScales.from), v.maxValue(adapterScales.to)) }),
  /** Releases the second model. */
  endComparison: says({}),
  /** Runs the text in both models, one after the other: they do not fit into memory together. */
  compareInTurn: says({}),
  /** Runs A with each part of B in its place, or in `reverse` B with each of A's. */
  blame: says({ by: v.picklist(blameGrains), reverse: v.boolean() }),
  /** Compares the files of both tensor by tensor. */
  compareTensors: says({}),
  /** Stops either; the parts that are known stay. */
  stopBlame: says({}),
  /** Runs the text without each of its parts, and says what that does to an answer; null: to the likeliest token. */
  matter: says({
    by: v.picklist(matterGrains),
    answer: v.nullable(
      v.union([v.pipe(v.string(), v.minLength(1), v.maxLength(longestCopy)), v.pipe(v.array(natural), v.readonly())]),
    ),
  }),
  /** Runs it without several of them. */
  matterTogether: says({ parts: v.pipe(v.array(natural), v.minLength(2)) }),
  /** Stops either; the parts that are known stay. */
  stopMatters: says({}),
  /** Puts another tokenizer's cut of the text beside the loaded model's; null takes it away. */
  besideTokenizer: says({ key: v.nullable(v.pipe(v.string(), v.maxLength(longestPath))) }),
  /** Asks for the file of one. */
  openTokenizer: says({}),
  /** Starts an experiment, and stops the running one. */
  lab: says({ ask }),
  /** Stops the running experiment. */
  cancelLab: says({}),
  /** Takes the last result of an experiment out, in the form that the command line prints. */
  exportLab: says({ name: v.picklist(experiments), as: v.picklist(['json', 'file']) }),
  showLog: says({}),
  /** Shows the setting that names the model. */
  showSettings: says({}),
  /** Loads the geometry alone of the model that could not be run. */
  showGeometry: says({}),
  /** Asks for another key of the server that refused one. */
  changeKey: says({}),
  /** Shows the models that there are. */
  showModels: says({}),
  /** Shows whether the workspace is trusted, and lets the user change that. */
  manageTrust: says({}),
  /** Opens the text to try things in. */
  openSample: says({}),
  /** Shows the reading guide. */
  openGuide: says({}),
};

type Intents = typeof intents;
export type IntentName = keyof Intents;

/** What a page asks for. */
export type Intent<N extends IntentName = IntentName> = {
  [K in N]: { readonly type: K } & Readonly<v.InferOutput<Intents[K]>>;
}[N];

/** One handler for each of some intents. `Given` is what the handlers are told beside the intent. */
export type Handlers<N extends IntentName, Given extends readonly unknown[] = []> = {
  readonly [K in N]: (intent: Intent<K>, ...given: Given) => unknown;
};

/** Calls the intent's handler. */
export const handle = <N extends IntentName, Given extends readonly unknown[]>(
  handlers: Handlers<N, Given>,
  intent: Intent<N>,
  ...given: Given
): unknown => handlers[intent.type](intent, ...given);

const named = v.looseObject({ type: v.picklist(Object.keys(intents) as IntentName[]) });
const form = v.custom<Intent>((data) => {
  if (!v.is(named, data)) return false;
  const { type, ...said } = data;
  return v.is(intents[type], said);
});

/** The intent that a page posted, or null if the message has another form. */
export function parseIntent(message: unknown): Intent | null {
  const { success, output } = v.safeParse(form, message);
  return success ? output : null;
}
