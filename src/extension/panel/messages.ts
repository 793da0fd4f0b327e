import * as v from 'valibot';
import { encodings } from '../../shared/engine';
import { colourings, exportable, type Intent, type KeptState } from '../../shared/panel';

const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** No token is longer than this. UTF-16 units. */
const longestQuery = 1000;
/** A table of the largest inspection is far shorter. UTF-16 units. */
const longestCopy = 10_000_000;
/** A chart at twice its size is far smaller. UTF-16 units. */
const longestPicture = 20_000_000;

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
      colouring: v.exactOptional(v.picklist(colourings)),
    }),
  }),
  v.strictObject({ type: v.literal('refresh') }),
  v.strictObject({ type: v.literal('cancel') }),
  v.strictObject({ type: v.literal('find'), query: v.pipe(v.string(), v.maxLength(longestQuery)) }),
  v.strictObject({ type: v.literal('encode'), encoding: v.picklist(encodings) }),
  v.strictObject({ type: v.literal('copy'), text: v.pipe(v.string(), v.maxLength(longestCopy)) }),
  v.strictObject({ type: v.literal('export'), what: v.picklist(exportable), as: v.picklist(['markdown', 'json', 'file']) }),
  v.strictObject({
    type: v.literal('savePicture'),
    name: v.pipe(v.string(), v.regex(/^[\w-]{1,60}$/)),
    svg: v.pipe(v.string(), v.maxLength(longestPicture), v.startsWith('<svg')),
    png: v.pipe(v.string(), v.maxLength(longestPicture), v.base64()),
  }),
  v.strictObject({ type: v.literal('point'), position: v.nullable(natural) }),
  v.strictObject({ type: v.literal('inspect') }),
  v.strictObject({ type: v.literal('load') }),
  v.strictObject({ type: v.literal('openPanel') }),
  v.strictObject({ type: v.literal('pin'), pinned: v.boolean() }),
  v.strictObject({ type: v.literal('showLog') }),
  v.strictObject({ type: v.literal('showSettings') }),
]) satisfies v.GenericSchema<unknown, Intent>;

const keptState = v.strictObject({
  uri: v.string(),
  start: natural,
  end: natural,
  options: v.strictObject({ context: v.boolean(), plain: v.boolean(), centred: v.boolean(), colouring: v.picklist(colourings) }),
  position: v.nullable(natural),
  tokenId: v.nullable(natural),
  view: v.strictObject({ showSizes: v.boolean() }),
}) satisfies v.GenericSchema<unknown, KeptState>;

/** What a webview posted, or null when it has another form. */
export function parseIntent(message: unknown): Intent | null {
  const { success, output } = v.safeParse(intent, message);
  return success ? output : null;
}

/** What a webview kept over a reload, or null when there is nothing or it has another form. */
export function parseKeptState(state: unknown): KeptState | null {
  const { success, output } = v.safeParse(keptState, state);
  return success && output.start < output.end ? output : null;
}
