import { platform } from '#platform';
import { longestRendered, type RenderedChat } from '../../shared/chat/rendered';
import type { Signal } from '../../shared/engine';
import { badRequest, EngineError, said } from '../../shared/errors';
import { orAborted } from '../../shared/signal';
import { after } from '../../shared/timers';
import type { Thread } from '../platform/platform';
import type { FromRenderer, ToRenderer } from './answer';
import type { RenderRequest } from './render';

/** Milliseconds. */
interface Patience {
  /** That the renderer has to get ready. */
  readonly start: number;
  /** That a template has once its renderer is ready. */
  readonly render: number;
}

const usual: Patience = { start: 10_000, render: 2000 };

/**
 * Renders where a template can do no harm: a template is a program of whoever made the model, and may never end or fill
 * the memory. Throws `EngineError('bad-request')` with what became of it, and `EngineError('template-failed')` with the
 * template's own words if it ends with an error.
 */
export async function renderApart(
  request: RenderRequest,
  signal: Signal | undefined,
  patience: Partial<Patience> = {},
  start: () => Thread = platform.chatRenderer,
): Promise<RenderedChat> {
  const milliseconds = { ...usual, ...patience };
  const renderer = started(start);
  let stopClock = () => {};
  const answer = new Promise<RenderedChat>((resolve, reject) => {
    let isReady = false;
    stopClock = after(milliseconds.start, () =>
      reject(notStarted(`it was not ready within ${milliseconds.start / 1000} seconds`)),
    );
    renderer.onEnd((why, ranOut) => {
      if (!isReady) reject(notStarted(why));
      else if (ranOut) reject(tooLarge());
      else reject(new EngineError('internal', `What renders chat templates has ended: ${why}. Try again.`));
    });
    renderer.onMessage((message: FromRenderer) => {
      if (message.kind === 'rendered') resolve(message.chat);
      else if (message.kind !== 'ready') reject(failureOf(message));
      else {
        isReady = true;
        stopClock();
        stopClock = after(milliseconds.render, () =>
          reject(badRequest`The chat template did not finish within ${milliseconds.render / 1000} seconds. ${another}`),
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

const another = said`Choose another template or another model.`;

const tooLarge = (): EngineError =>
  badRequest`The chat template needs too much memory: the process that runs it may use 96 MiB. ${another}`;

const notStarted = (why: string): EngineError =>
  new EngineError('internal', `What renders chat templates did not start: ${why}. Try again.`);

function started(start: () => Thread): Thread {
  try {
    return start();
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw notStarted(error instanceof Error ? error.name : 'it failed');
  }
}

function failureOf(message: Exclude<FromRenderer, { kind: 'ready' | 'rendered' }>): EngineError {
  switch (message.kind) {
    case 'failed':
      return new EngineError(
        'template-failed',
        message.words.trim() === ''
          ? said`The chat template ends with an error without a message. Change the conversation, or choose another template.`
          : said`The chat template ends with an error: “${message.words}”. Change the conversation, or choose another template.`,
      );
    case 'unreadable':
      return new EngineError(
        'template-failed',
        message.words === null
          ? said`The chat template cannot be read: it ends inside a block or an expression. ${another}`
          : said`The chat template cannot be read: “${message.words}”. ${another}`,
      );
    case 'deep':
      return badRequest`The chat template nests or calls itself too deeply. ${another}`;
    case 'large':
      return tooLarge();
    case 'long':
      return badRequest`The chat template writes more than ${longestRendered} characters. Shorten the conversation, or choose another template.`;
  }
}
