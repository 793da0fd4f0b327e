import { EngineError } from './errors';

/**
 * What a log may hold of an error: its kind and its stack's frames, one a line. The message is kept for our own errors
 * alone; that of any other might quote the user's text.
 */
export function trace(error: Error): string {
  const { name, message, stack = '' } = error;
  const title = error instanceof EngineError ? `${name}: ${message}` : name;
  // A line of the message can look like a frame.
  const after = message === '' ? -1 : stack.indexOf(message);
  const frames = (after < 0 ? stack : stack.slice(after + message.length))
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  return [title, ...frames].join('\n');
}
