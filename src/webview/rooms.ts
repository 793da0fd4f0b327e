import * as l10n from '@vscode/l10n';
import { type Room, rooms, sectionsOf } from '../shared/rooms';

interface RoomName {
  /** Where there is room for all names in full. */
  readonly long: () => string;
  readonly short: () => string;
}

export const roomNames: Readonly<Record<Room, RoomName>> = {
  file: { long: () => l10n.t('The file'), short: () => l10n.t('File') },
  point: { long: () => l10n.t('The point'), short: () => l10n.t('Point') },
  text: { long: () => l10n.t('Your text'), short: () => l10n.t('Text') },
  document: { long: () => l10n.t('The document'), short: () => l10n.t('Document') },
  token: { long: () => l10n.t('A token'), short: () => l10n.t('Token') },
  vector: { long: () => l10n.t('A vector'), short: () => l10n.t('Vector') },
  prediction: { long: () => l10n.t('The prediction'), short: () => l10n.t('Prediction') },
  layers: { long: () => l10n.t('Inside the layers'), short: () => l10n.t('Layers') },
  texts: { long: () => l10n.t('Two texts'), short: () => l10n.t('Texts') },
  both: { long: () => l10n.t('Two models'), short: () => l10n.t('Models') },
  lab: { long: () => l10n.t('Lab'), short: () => l10n.t('Lab') },
};

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
