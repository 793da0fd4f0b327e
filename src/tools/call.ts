import * as v from 'valibot';
import { badRequest, EngineError } from '../shared/errors';
import { wrongIn } from './arguments';
import type { Tool } from './tool';

/** Checks the arguments. Throws `EngineError('bad-request')` with a sentence for each that is wrong. */
export function checked<Schema extends v.GenericSchema>(tool: Tool<Schema>, given: unknown): v.InferOutput<Schema> {
  // A list passes for an object without keys.
  if (Array.isArray(given)) throw badRequest`The arguments are a list. Give an object.`;
  const result = v.safeParse(tool.schema, given ?? {});
  if (result.success) return result.output;
  const names = 'entries' in tool.schema ? Object.keys(tool.schema.entries as object) : [];
  throw new EngineError('bad-request', wrongIn(result.issues, names));
}

/** The sentence for the language model that called. It never learns of the insides of a fault. */
export const sentenceOf = (error: unknown): string =>
  error instanceof EngineError && error.code !== 'internal'
    ? error.message
    : 'Vectorscope could not compute this. Try a shorter text or smaller lists. If it happens again, restart the server or reload the editor window.';
