import { EngineError } from './errors';

/**
 * An error for the log: its name and stack frames. Only our own errors keep their message, because others may quote the
 * user's text.
 */
export function trace(error: Error): string {
  const { name, message, stack = '' } = error;
  const title = error instanceof EngineError && !error.at ? `${name}: ${message}` : name;
  // Frames come after the message, in which a line can look like a frame.
  const after = message === '' ? -1 : stack.indexOf(message);
  const frames = (after < 0 ? stack : stack.slice(after + message.length))
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  return [title, ...frames].join('\n');
}
