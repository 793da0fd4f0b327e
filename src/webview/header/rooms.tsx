import * as l10n from '@vscode/l10n';
import { roomNames, type Room } from '../../shared/rooms';
import { rowStep, useRoving } from '../parts/roving';
import { roomId, roomsOf, tabId } from '../rooms';
import type { SectionProps } from '../section';

/** The rooms that have something to show. One tab stop, in which arrows open the next room. */
export function Rooms({ shown, view: { room: open }, act }: SectionProps) {
  const rooms = roomsOf(shown);
  const names = roomNames(l10n);
  const enter = (room: Room): void => act.setView({ room });
  const at = rooms.indexOf(open);
  const roving = useRoving(rooms.length, at, (key, from) => {
    const next = rowStep(key, from, rooms.length);
    const room = next === null ? undefined : rooms[next];
    if (room && room !== open) enter(room);
    return next;
  });
  if (rooms.length < 2) return null;
  return (
    <div class="rooms" role="tablist" aria-label={l10n.t('Rooms')} {...roving.group}>
      {rooms.map((room, index) => (
        <button
          key={room}
          type="button"
          role="tab"
          id={tabId(room)}
          class="room"
          data-room={room}
          aria-selected={room === open}
          aria-controls={roomId}
          aria-label={names[room].long}
          onClick={() => enter(room)}
          {...roving.item(index)}
          tabIndex={index === at ? 0 : -1}
        >
          <span class="wide-room">{names[room].long}</span>
          <span class="narrow-room">{names[room].short}</span>
        </button>
      ))}
    </div>
  );
}
