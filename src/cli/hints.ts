import type { Engine } from '../shared/engine';
import { isAdded } from '../shared/place';
import { aloud } from './aloud';
import { sayer, type Io } from './program';

/** Says what the program is doing unless it prints something in a moment. */
export const untilPrinted = (io: Io, sentence: string, work: (io: Io) => Promise<void>): Promise<void> =>
  aloud(
    sentence,
    sayer(io),
    (answered) =>
      work({
        ...io,
        out(text) {
          answered();
          io.out(text);
        },
      }),
    io.quiet,
  );

/** `echo` and most editors end a text with a line break, and then the prediction is about what follows it. */
export function lineBreakHint(io: Io, text: string): void {
  if (/[\r\n]$/.test(text))
    sayer(io)('The text ends with a line break, which is part of it. printf \'%s\' "…" writes none.');
}

/** Names the tokens with a space before them, which are likelier after a word than the bare words that were given. */
export async function spaceHint(io: Io, engine: Engine, text: string, option: string, given: readonly string[]) {
  const bare: string[] = [];
  for (const word of /\S$/.test(text) ? given.filter((one) => /^\p{L}+$/u.test(one)) : []) {
    const { tokens } = await engine.tokenise({ text: ` ${word}`, most: 3 });
    if (tokens.filter((token) => !isAdded(token)).length === 1) bare.push(word);
  }
  if (bare.length > 0)
    sayer(io)(
      `${option} takes ${bare.join(' and ')} without a space before. After a word the token with a space is likelier: ${bare.map((word) => `“ ${word}”`).join(', ')}.`,
    );
}
