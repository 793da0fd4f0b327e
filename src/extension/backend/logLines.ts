import type { Agreement, BackendChoice, BackendState } from '../../shared/backend';
import { cosine, milliseconds, scientific } from '../../shared/format';

/** The backend that a choice other than `wasm` tries. */
export const nameOf = (choice: BackendChoice): string => (choice === 'onnx' ? 'ONNX Runtime' : 'WebGPU');

/** The log's line when a trial begins. */
export const triedLine = (choice: BackendChoice): string =>
  `${nameOf(choice)} is being tried: the setting vectorscope.backend is ${choice}.`;

/**
 * What the log says when it is known what the layers run on: that, what was measured, and why, in sentences. Like all
 * of the log in English.
 */
export function decidedLine(state: BackendState, choice: BackendChoice): string {
  const { backend, reason, adapter, agreement } = state;
  const gpu = adapter === null ? nameOf(choice) : `WebGPU on ${adapter}`;
  const onGpu = backend === 'webgpu';
  const sentences = [
    reason.kind !== 'no-layers' && `The layers run on ${onGpu ? gpu : backend === 'onnx' ? nameOf('onnx') : 'WASM'}.`,
    agreement !== null &&
      reason.kind !== 'disagrees' &&
      `${backend === 'wasm' ? gpu : 'It'} agrees with WASM to ${scientific(agreement.deviation)}.`,
    why(state, choice, gpu),
  ];
  return sentences.filter((sentence) => sentence !== false).join(' ');
}

function why({ backend, reason, adapter, agreement, times }: BackendState, choice: BackendChoice, gpu: string): string {
  switch (reason.kind) {
    case 'chosen':
      if (choice !== 'auto') return 'The setting asks for it.';
      return times
        ? `WASM is slower here: ${milliseconds(times.wasm)} against ${milliseconds(times.webgpu)}.`
        : `${backend === 'webgpu' ? 'WASM' : 'WebGPU'} was slower when it was measured on this machine.`;
    case 'no-adapter':
      return 'WebGPU found no GPU here.';
    case 'software':
      return `The browser has only a software GPU${adapter === null ? '' : ` (${adapter})`}, which auto does not use.`;
    case 'no-page':
      return 'The GPU is reached through the panel, which is not open.';
    case 'page-gone':
      return 'The GPU ran in the panel, which was closed or hidden.';
    case 'disagrees':
      return agreement ? `${gpu} ${disagreement(agreement)}` : `${gpu} gave different numbers from WASM.`;
    case 'slower':
      return times
        ? `WebGPU is slower here: ${milliseconds(times.webgpu)} against ${milliseconds(times.wasm)}.`
        : 'WebGPU was slower when it was measured on this machine.';
    case 'lost':
      return 'The GPU was lost.';
    case 'failed':
      return `${nameOf(choice)} could not be used.`;
    case 'kernels-wrong':
      return 'The kernels failed the self-check.';
    case 'no-layers':
      return 'The layers of this model are not loaded, so there is nothing to run.';
  }
}

function disagreement({ cosine: value, layer, sameTop }: Agreement): string {
  if (!Number.isFinite(value)) return `produced NaN or infinity after layer ${layer}.`;
  return `gave different numbers from WASM${sameTop ? '' : ', and a different likeliest token'}: cosine ${cosine(value)} after layer ${layer}.`;
}
