import type { BackendChoice, BackendState, BackendView } from '../../shared/backend';
import { scientific } from '../../shared/format';
import { english } from '../../shared/translator';
import { nameOf, whyNotTheOther } from '../backendWords';

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
    why({ ...state, choice }, gpu),
  ];
  return sentences.filter((sentence) => sentence !== false).join(' ');
}

/** The panel's sentence, but for what only the log can add. */
function why(view: BackendView, gpu: string): string {
  const { reason, adapter, choice } = view;
  if (reason.kind === 'failed') return `${nameOf(choice)} could not be used.`;
  if (reason.kind === 'software' && adapter !== null)
    return `The browser has only a software GPU (${adapter}), which auto does not use.`;
  return whyNotTheOther(view, english, gpu);
}
