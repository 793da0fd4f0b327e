import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { renderApart } from '../../src/engine/chat/apart';
import { startChatProcess } from '../../src/engine/platform/node/chatProcess';
import { longestRendered, type RenderedChat } from '../../src/shared/chat/rendered';
import { EngineError } from '../../src/shared/errors';

const messages = [
  { role: 'system', content: 'a' },
  { role: 'user', content: ' Hello\n' },
  { role: 'assistant', content: '' },
  { role: 'user', content: '\u{1F600} \ud800 </s>' },
];

export interface Rendering {
  readonly ended: 'text' | 'sentence';
  /** The text, or the sentence of the error. */
  readonly said: string;
  /** Milliseconds from the moment that the template was sent. */
  readonly took: number;
  /** What must not be, in words; nothing where all is well. */
  readonly faults: readonly string[];
}

/** Renders a template in the process for it. `milliseconds`: that it may take; as long as others, if absent. */
export async function rendering(template: string, milliseconds?: number): Promise<Rendering> {
  let sent = performance.now();
  const start = () => {
    const thread = startChatProcess();
    return { ...thread, post: (message: never) => ((sent = performance.now()), thread.post(message)) };
  };
  const tokens = { bos_token: '<s>', eos_token: '</s>' };
  const patience = milliseconds === undefined ? {} : { render: milliseconds };
  try {
    const chat = await renderApart({ template, messages, generationPrompt: true, tokens }, undefined, patience, start);
    return { ended: 'text', said: chat.text, took: performance.now() - sent, faults: faultsOf(chat) };
  } catch (error) {
    const took = performance.now() - sent;
    if (!(error instanceof EngineError))
      return { ended: 'sentence', said: '', took, faults: [`threw ${String(error)}`] };
    const isSentence = /^[A-Z].*[.]$/s.test(error.message) && error.message.length < 500;
    return {
      ended: 'sentence',
      said: error.message,
      took,
      faults: error.code === 'internal' || !isSentence ? [`${error.code}: ${error.message}`] : [],
    };
  }
}

function faultsOf({ text, pieces, bands, findings }: RenderedChat): readonly string[] {
  const isWithin = ({ start, end }: { readonly start: number; readonly end: number }) =>
    start >= 0 && start <= end && end <= text.length;
  const isContent = ({ message, start, end, from }: RenderedChat['pieces'][number]) =>
    messages[message]?.content.startsWith(text.slice(start, end), from);
  const isOrdered = pieces.every(({ start }, i) => start >= (pieces[i - 1]?.end ?? 0));
  return [
    ...(text.length > longestRendered ? [`a text of ${text.length} characters`] : []),
    ...(bands.every(isWithin) ? [] : ['a band beyond the text']),
    ...(pieces.every(isWithin) && isOrdered ? [] : ['pieces in no order']),
    ...(pieces.every(isContent) ? [] : ['a piece that is not content']),
    ...(findings.length > messages.length + 1 ? [`${findings.length} findings`] : []),
  ];
}

/** The most memory that any process that renders has had. Bytes; 0 where it is not known. */
export function mostOfRenderers(): number {
  const tasks = '/proc/self/task';
  if (!existsSync(tasks)) return 0;
  const children = readdirSync(tasks).flatMap((task) => read(`${tasks}/${task}/children`).split(' ').filter(Boolean));
  // The program that bundles this one is a child too.
  const renderers = children.filter((pid) => read(`/proc/${pid}/cmdline`).includes('chatProcess'));
  const kilobytes = renderers.map((pid) => Number(/^VmHWM:\s*(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0));
  return Math.max(0, ...kilobytes) * 1024;
}

/** A process may end while it is looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
