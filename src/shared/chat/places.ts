import { bisector } from 'd3-array';
import type { Range } from '../tokens';
import type { Joint, Message } from './conversation';
import type { ChatPiece, RenderedChat } from './rendered';

type Placed = Pick<RenderedChat, 'pieces'> & { readonly messages: readonly Pick<Message, 'places' | 'joints'>[] };

const byUnit = bisector<Joint, number>(({ unit }) => unit);

/**
 * Where ranges of the rendered text stand in the text that was read as a conversation: of each the part that is content
 * of one message. A content may have several parts with JSON between them; a range that crosses into another part ends
 * with its first. Null for what the template wrote, and for a message that does not stand in that text. They ascend.
 */
export const placesInGiven = ({ pieces, messages }: Placed, ranges: readonly Range[]): readonly (Range | null)[] =>
  piecesAt(pieces, ranges).map((piece, at) => {
    const range = ranges[at];
    const message = piece && messages[piece.message];
    if (!range || !message || message.places.length === 0) return null;
    const unit = (offset: number) => piece.from + offset - piece.start;
    const [first, last] = [unit(Math.max(range.start, piece.start)), unit(Math.min(range.end, piece.end))];
    const joint = message.joints[byUnit.right(message.joints, first)];
    const start = message.places[first];
    const end = joint && joint.unit <= last ? joint.end : message.places[last];
    return start === undefined || end === undefined ? null : { start, end };
  });

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
