import * as v from 'valibot';
import { replacements } from '../../shared/ablation';
import { encodings } from '../../shared/engine';
import { longestGpuMessage, type GpuUp } from '../../shared/gpu';
import { lensColourings } from '../../shared/instruments';
import { experiments, rangesOf, type Experiment, type LabAsk, type NumberRange } from '../../shared/lab';
import { metrics } from '../../shared/metrics';
import { allColourings, exportable, type GpuFromPanel, type Intent, type KeptState } from '../../shared/panel';
import { neighbourSpaces, sides } from '../../shared/sides';

const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** No token is longer than this. UTF-16 units. */
const longestQuery = 1000;
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
const axis = v.union([
  residual,
  v.strictObject({ kind: v.literal('token'), side: v.exactOptional(v.picklist(sides)), id: v.exactOptional(natural) }),
]);
const lensInView = v.pipe(
  v.strictObject({
    from: natural,
    to: natural,
    between: v.exactOptional(v.boolean()),
    divergence: v.exactOptional(v.boolean()),
  }),
  v.check(({ from, to }) => from < to),
);

const head = v.strictObject({ layer: natural, head: natural });
const layerPart = v.union([
  v.strictObject({ kind: v.literal('head'), layer: natural, head: natural }),
  v.strictObject({ kind: v.picklist(['attention', 'feedForward']), layer: natural }),
]);

const intent = v.variant('type', [
  v.strictObject({ type: v.literal('ready') }),
  v.strictObject({ type: v.literal('choosePosition'), position: natural }),
  v.strictObject({ type: v.literal('chooseToken'), id: v.nullable(natural) }),
  v.strictObject({
    type: v.literal('setOptions'),
    options: v.strictObject({
      context: v.exactOptional(v.boolean()),
      plain: v.exactOptional(v.boolean()),
      centred: v.exactOptional(v.boolean()),
      space: v.exactOptional(v.picklist(neighbourSpaces)),
      colouring: v.exactOptional(v.picklist(allColourings)),
    }),
  }),
  v.strictObject({ type: v.literal('refresh') }),
  v.strictObject({ type: v.literal('cancel') }),
  v.strictObject({ type: v.literal('find'), query: v.pipe(v.string(), v.maxLength(longestQuery)) }),
  v.strictObject({ type: v.literal('encode'), encoding: v.picklist(encodings) }),
  v.strictObject({ type: v.literal('copy'), text: v.pipe(v.string(), v.maxLength(longestCopy)) }),
  v.strictObject({
    type: v.literal('export'),
    what: v.picklist(exportable),
    as: v.picklist(['markdown', 'json', 'file']),
  }),
  v.strictObject({
    type: v.literal('savePicture'),
    name: v.pipe(v.string(), v.regex(/^[\w-]{1,60}$/)),
    svg: v.pipe(v.string(), v.maxLength(longestPicture), v.startsWith('<svg')),
    png: v.pipe(v.string(), v.maxLength(longestPicture), v.base64()),
  }),
  v.strictObject({ type: v.literal('point'), position: v.nullable(natural) }),
  v.strictObject({ type: v.literal('inspect') }),
  v.strictObject({ type: v.literal('load') }),
  v.strictObject({ type: v.literal('download') }),
  v.strictObject({ type: v.literal('openPanel') }),
  v.strictObject({ type: v.literal('pin'), pinned: v.boolean() }),
  v.strictObject({
    type: v.literal('inView'),
    parts: v.strictObject({
      ...{ scope: v.boolean(), journey: v.boolean(), attention: v.boolean(), pattern: v.boolean() },
      lens: v.nullable(lensInView),
      leaders: v.exactOptional(v.nullable(v.strictObject({ between: v.boolean() }))),
      dimensions: v.exactOptional(v.nullable(v.strictObject({ position: natural, layer: natural }))),
    }),
  }),
  v.strictObject({ type: v.literal('chooseAxis'), axis }),
  v.strictObject({ type: v.literal('openHead'), head: v.nullable(head) }),
  v.strictObject({ type: v.literal('compareWith'), id: v.nullable(natural) }),
  v.strictObject({
    type: v.literal('leaveOut'),
    leave: v.nullable(v.strictObject({ part: layerPart, by: v.picklist(replacements) })),
  }),
  v.strictObject({ type: v.literal('stepAxis'), by: v.picklist([-1, 1]) }),
  v.strictObject({ type: v.literal('lab'), ask, goOn: v.exactOptional(v.boolean()) }),
  v.strictObject({ type: v.literal('cancelLab'), name: v.picklist(experiments) }),
  v.strictObject({ type: v.literal('exportLab'), name: v.picklist(experiments), as: v.picklist(['json', 'file']) }),
  v.strictObject({ type: v.literal('showLog') }),
  v.strictObject({ type: v.literal('showSettings') }),
  v.strictObject({ type: v.literal('showGeometry') }),
  v.strictObject({ type: v.literal('changeKey') }),
  v.strictObject({ type: v.literal('showModels') }),
  v.strictObject({ type: v.literal('openSample') }),
  v.strictObject({ type: v.literal('openGuide') }),
  v.strictObject({ type: v.literal('manageTrust') }),
]) satisfies v.GenericSchema<unknown, Intent>;

/** The engine checks the messages of the GPU's worker itself. */
const opaque = v.custom<object>(
  (data) => typeof data === 'object' && data !== null && !Array.isArray(data),
  'Expected an object.',
);
const session = v.pipe(v.string(), v.maxLength(64));
const fromGpu = v.strictObject({
  type: v.literal('gpu'),
  message: v.variant('kind', [
    v.strictObject({ session, kind: v.literal('data'), data: opaque }),
    v.strictObject({
      session,
      kind: v.literal('ended'),
      why: v.picklist(['no-adapter', 'failed']),
      message: v.exactOptional(v.pipe(v.string(), v.maxLength(longestGpuMessage))),
    }),
  ]),
}) satisfies v.GenericSchema<unknown, GpuFromPanel>;

const keptState = v.strictObject({
  uri: v.string(),
  start: natural,
  end: natural,
  // A window that was left by an earlier version knew of no space.
  options: v.strictObject({
    context: v.boolean(),
    plain: v.boolean(),
    centred: v.boolean(),
    space: v.optional(v.picklist(neighbourSpaces), 'input'),
    colouring: v.picklist(allColourings),
  }),
  position: v.nullable(natural),
  tokenId: v.nullable(natural),
  view: v.strictObject({
    showSizes: v.boolean(),
    hideFragments: v.boolean(),
    scopeMetric: v.nullable(v.picklist(metrics)),
    scopeSizes: v.boolean(),
    lensColouring: v.picklist(lensColourings),
    // A window that was left by an earlier version knew of no such rows.
    lensBetween: v.optional(v.boolean(), false),
    experiment: v.nullable(v.picklist(experiments)),
  }),
}) satisfies v.GenericSchema<unknown, KeptState>;

/** The intent that a webview posted, or null if the message has another form. */
export function parseIntent(message: unknown): Intent | null {
  const { success, output } = v.safeParse(intent, message);
  return success ? output : null;
}

/** The message of the GPU's worker in the page, or null if it is another message or has another form. */
export function parseGpu(message: unknown): GpuUp | null {
  const { success, output } = v.safeParse(fromGpu, message);
  return success ? output.message : null;
}

/** The state that a webview kept over a reload, or null if there is none or it has another form. */
export function parseKeptState(state: unknown): KeptState | null {
  const { success, output } = v.safeParse(keptState, state);
  return success && output.start < output.end ? output : null;
}
