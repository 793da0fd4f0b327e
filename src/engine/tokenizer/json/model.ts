import * as v from 'valibot';
import { modelUnsupported } from '../../../shared/errors';
import { said } from '../../../shared/said';
import { isObject } from '../../weights/strictJson';
import { bpeModel, bpeSchema } from './bpe';
import type { PieceModel } from './pieceModel';
import { unknownStep } from './steps';
import { unigramModel, unigramSchema } from './unigram';

/** The model of a `tokenizer.json`. Throws `EngineError('model-unsupported')` with the name of an unknown one. */
export function pieceModelOf(described: unknown): PieceModel {
  const kind = isObject(described) && 'type' in described ? described['type'] : 'BPE';
  if (kind === 'BPE') return bpeModel(checked(bpeSchema, described));
  if (kind === 'Unigram') return unigramModel(checked(unigramSchema, described));
  throw unknownStep(said`makes tokens`, described);
}

function checked<T>(schema: v.GenericSchema<unknown, T>, described: unknown): T {
  const parsed = v.safeParse(schema, described);
  if (parsed.success) return parsed.output;
  throw modelUnsupported`The key model.${v.getDotPath(parsed.issues[0])?.slice(0, 80) ?? ''} of the model's tokenizer.json has a value that Vectorscope cannot use. Choose another model.`;
}
