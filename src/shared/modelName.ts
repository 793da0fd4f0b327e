/**
 * The name of a model from that of its file, without the ending and the quantisation: `SmolLM2-135M-Instruct` for
 * `SmolLM2-135M-Instruct.Q4_1.gguf`.
 */
export const modelNameOf = (file: string): string =>
  file.replace(/\.gguf$/i, '').replace(/[.-](i?q\d\w*|b?f\d+)$/i, '');
