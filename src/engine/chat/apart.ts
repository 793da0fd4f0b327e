import { platform } from '#platform';
import { longestRendered, type RenderedChat } from '../../shared/chat/rendered';
import type { Signal } from '../../shared/engine';
import { badRequest, EngineError } from '../../shared/errors';
import { orAborted } from '../../shared/orAborted';
import { after } from '../../shared/timers';
import type { FromRenderer, ToRenderer } from './answer';
import type { RenderRequest } from './render';

/** Milliseconds that a template has once its renderer is ready. */
const patience = 2000;

/**
 * Renders where a template can do no harm: a template is a program of whoever made the model, and may never end or fill
 * the memory. Throws `EngineError('bad-request')` with what became of it.
 */
export async function renderApart(
  request: RenderRequest,
  signal: Signal | undefined,
  milliseconds: number = patience,
): Promise<RenderedChat> {
  const renderer = platform.chatRenderer();
  let stopClock = () => {};
  const answer = new Promise<RenderedChat>((resolve, reject) => {
    let isReady = false;
    renderer.onEnd((why) =>
      reject(
        isReady
          ? badRequest(`The chat template needs more memory than the 64 MiB that it may use. ${another}`)
          : new EngineError('internal', `What renders chat templates did not start: ${why}. Try again.`),
      ),
    );
    renderer.onMessage((message: FromRenderer) => {
      if (message.kind === 'rendered') resolve(message.chat);
      else if (message.kind !== 'ready') reject(badRequest(sentenceOf(message)));
      else {
        isReady = true;
        stopClock = after(milliseconds, () =>
          reject(badRequest(`The chat template did not end within ${milliseconds / 1000} seconds. ${another}`)),
        );
        renderer.post({ ...request, kind: 'render' } satisfies ToRenderer);
      }
    });
  });
  try {
    return await orAborted(answer, signal);
  } finally {
    stopClock();
    await renderer.end();
  }
}

const another = 'Choose another template or another model.';

function sentenceOf(message: Exclude<FromRenderer, { kind: 'ready' | 'rendered' }>): string {
  switch (message.kind) {
    case 'failed':
      return `The chat template ends with an error: “${message.words}”. Change the conversation, or choose another template.`;
    case 'deep':
      return `The chat template nests or calls itself too deeply. ${another}`;
    case 'long':
      return `The chat template writes more than ${longestRendered} characters. Shorten the conversation, or choose another template.`;
  }
}
