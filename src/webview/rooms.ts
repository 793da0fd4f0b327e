import { type Room, rooms, sectionsOf } from '../shared/rooms';

/** Id of the element that all rooms are drawn in. */
export const roomId = 'room';
export const tabId = (room: Room): string => `room-${room}`;

/** The rooms in which there is something to draw, by the ids of the sections that have something. */
export const roomsOf = (shown: readonly string[]): readonly Room[] =>
  rooms.filter((room) => sectionsOf[room].some((section) => shown.includes(section)));

/** The room that is drawn: the one that was chosen, or the first where that one has nothing to draw. */
export function openRoom(chosen: Room, shown: readonly string[]): Room {
  const open = roomsOf(shown);
  return open.includes(chosen) ? chosen : (open[0] ?? chosen);
}
