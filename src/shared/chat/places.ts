import type { Message } from './conversation';
import type { ChatPiece, RenderedChat } from './rendered';

interface Range {
  readonly start: number;
  readonly end: number;
}

type Placed = Pick<RenderedChat, 'pieces'> & { readonly messages: readonly Pick<Message, 'places'>[] };

/**
 * Where a range of the rendered text stands in the text that was read as a conversation: the part of it that is content
 * of one message. Null for what the template wrote, and for a message that does not stand in that text.
 */
export function placeInGiven({ pieces, messages }: Placed, { start, end }: Range): Range | null {
  const piece = pieces.find((one) => touches(one, { start, end }));
  const places = piece && messages[piece.message]?.places;
  if (!places || places.length === 0) return null;
  const unit = (offset: number) => piece.from + offset - piece.start;
  const first = places[unit(Math.max(start, piece.start))];
  const last = places[unit(Math.min(end, piece.end))];
  return first === undefined || last === undefined ? null : { start: first, end: last };
}

/** The first piece that each range touches, or null. Both ascend. */
export function piecesAt(pieces: readonly ChatPiece[], ranges: readonly Range[]): readonly (ChatPiece | null)[] {
  let at = 0;
  return ranges.map((range) => {
    while ((pieces[at]?.end ?? Infinity) <= range.start) at++;
    const piece = pieces[at];
    return piece && touches(piece, range) ? piece : null;
  });
}

/** Whether a range of the rendered text holds some of a piece. */
export const touches = (piece: ChatPiece, { start, end }: Range): boolean => piece.start < end && start < piece.end;
