import { createReadStream } from 'node:fs';
import { badRequest, EngineError } from '../shared/errors';
import { hexPairs } from '../shared/format';
import { runProgram, type Io, type Program } from './program';

/** The part of a process that Ctrl+C ends. */
export interface Interrupted {
  once(event: 'SIGINT', listener: () => void): unknown;
  readonly stderr: { write(text: string, written: () => void): unknown };
  exit(code: number): unknown;
}

/** As shells count an end by SIGINT. */
const interrupted = 130;

/**
 * Ends a process at Ctrl+C, whatever it waits for. A second one ends it without the sentence. Returns what hands the
 * first one over to work that can end with what it has.
 */
export function endOnInterrupt(process: Interrupted): NonNullable<Io['onInterrupt']> {
  let act = (): void =>
    void process.stderr.write('Stopped by Ctrl+C. What was printed is not complete.\n', () =>
      process.exit(interrupted),
    );
  process.once('SIGINT', () => act());
  return (stop) => {
    const before = act;
    act = stop;
    return () => void (act = before);
  };
}

/**
 * Bytes. If each byte is a token, printing their tables takes about ten seconds and 1.2 GB. At most 8,192 tokens get
 * predictions.
 */
const longestInput = 2 ** 19;

/** Runs a program as this process, and ends the process with its exit code. */
export async function runAsProcess(program: Program): Promise<void> {
  const onInterrupt = endOnInterrupt(process);
  let failure: unknown;
  // Without a listener an error would end the process with its stack.
  process.stdout.on('error', (error) => (failure ??= error));
  const code = await runProgram(program, process.argv.slice(2), {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY,
    ...{ readInput, onInterrupt },
    // Most of the code is the engine's. Commands that need no engine do not wait until it is loaded.
    env: (name) => process.env[name],
    createEngine: async () => (await import('../engine/localEngine')).localEngine(),
  });
  // Waits until everything is written, then ends the process: the runtime's threads would keep it alive.
  process.stdout.write('', (error) => process.exit(afterWriting(code, failure ?? error)));
}

/** Reads as a stream, since standard input may be a non-blocking pipe, where a synchronous read fails. */
async function readInput(path?: string): Promise<string> {
  const input = path === undefined ? process.stdin : createReadStream(path);
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of input as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > longestInput)
        throw badRequest`The text ${path === undefined ? 'on standard input' : 'of the file'} is longer than ${longestInput / 2 ** 10} KiB. Give a part of it.`;
      parts.push(part);
    }
  } catch (error) {
    throw error instanceof EngineError
      ? error
      : path === undefined
        ? badRequest`Standard input cannot be read (${codeOf(error)}). Give it a file or a pipe.`
        : badRequest`The file ${path} cannot be read (${codeOf(error)}). Give the path of a text file.`;
  }
  return decoded(Buffer.concat(parts));
}

/** Drops the mark with which some editors of Windows begin a UTF-8 file. Older PowerShells write UTF-16. */
export function decoded(bytes: Uint8Array): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    throw badRequest`The text is in UTF-16, and UTF-8 is expected. Save it as UTF-8.`;
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const fault = firstFault(bytes, text);
  if (fault === null) return text.replace(/^\ufeff/, '');
  const line = bytes.subarray(0, fault).reduce((lines, byte) => lines + Number(byte === lineFeed), 1);
  throw badRequest`The text is not UTF-8: byte ${fault + 1}, in line ${line}, is 0x${hexPairs([bytes[fault] ?? 0])}. Save it as UTF-8.`;
}

const lineFeed = 0x0a;
const replacement = '\ufffd';

/** The first byte that was decoded as U+FFFD without spelling it; null if there is none. */
function firstFault(bytes: Uint8Array, text: string): number | null {
  const spelled = Buffer.from(replacement);
  let at = 0;
  for (const [i, before] of text.split(replacement).entries()) {
    if (i > 0 && !spelled.equals(bytes.subarray(at, at + spelled.length))) return at;
    at += Buffer.byteLength(before) + (i > 0 ? spelled.length : 0);
  }
  return null;
}

/**
 * The exit code after the output was written or failed. A reader may close the pipe early, as `head` does: no failure.
 */
function afterWriting(code: number, failure: unknown): number {
  if (failure === undefined || failure === null || codeOf(failure) === 'EPIPE') return code;
  process.stderr.write(
    `The output cannot be written (${codeOf(failure)}), so it is not complete. Check that there is room on the disk.\n`,
  );
  return code === 0 ? 1 : code;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
