import { splitName } from './splitName';

/**
 * The name of a model from that of its file, without the ending, the quantisation and the number of a part:
 * `SmolLM2-135M-Instruct` for `SmolLM2-135M-Instruct.Q4_1.gguf`.
 */
export const modelNameOf = (file: string): string =>
  wholeName(file)
    .replace(/\.gguf$/i, '')
    .replace(/[.-](i?q\d\w*|b?f\d+)$/i, '');

/** The name of a file without the number of a part. */
export const wholeName = (file: string): string => splitName(file)?.whole ?? file;

/** A model's name without the ending that all that chat have: `SmolLM2-135M`. */
export const shortName = (name: string): string => name.replace(/[-_](instruct|chat|it)$/i, '');
