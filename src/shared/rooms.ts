import { capitalised } from './format';
import type { Translator } from './translator';

/** The rooms of the panel, each with its sections from top to bottom. */
export const sectionsOf = {
  file: ['file', 'file-metadata', 'file-tensors'],
  point: ['point'],
  text: ['tokens', 'tokenizers', 'pipeline'],
  document: ['document'],
  token: ['token', 'neighbours', 'vectorscope'],
  vector: ['vector', 'vector-scope', 'steer'],
  prediction: ['next-token', 'matters', 'continuation'],
  layers: ['journey', 'attention', 'neurons', 'experts', 'size-map', 'position'],
  texts: ['texts', 'texts-next', 'texts-layers', 'patch'],
  both: ['both', 'both-text', 'both-next', 'both-layers', 'both-blame', 'both-matrix'],
  lab: ['lab'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Room = keyof typeof sectionsOf;
export type SectionId = (typeof sectionsOf)[Room][number];

interface RoomName {
  /** Where there is room for all names in full. */
  readonly long: string;
  readonly short: string;
}

export const roomNames = (l10n: Translator): Readonly<Record<Room, RoomName>> => ({
  file: { long: l10n.t('The file'), short: l10n.t('File') },
  point: { long: l10n.t('The point'), short: l10n.t('Point') },
  text: { long: l10n.t('Your text'), short: capitalised(l10n.t('text')) },
  document: { long: l10n.t('The document'), short: l10n.t('Document') },
  token: { long: l10n.t('A token'), short: capitalised(l10n.t('token')) },
  vector: { long: l10n.t('A vector'), short: capitalised(l10n.t('vector')) },
  prediction: { long: l10n.t('The prediction'), short: l10n.t('Prediction') },
  layers: { long: l10n.t('Inside the layers'), short: l10n.t('Layers') },
  texts: { long: l10n.t('Two texts'), short: l10n.t('Texts') },
  both: { long: l10n.t('Two models'), short: l10n.t('Models') },
  lab: { long: l10n.t('Lab'), short: l10n.t('Lab') },
});

export const rooms = Object.keys(sectionsOf) as readonly Room[];

const includes = (room: Room, section: string): boolean => (sectionsOf[room] as readonly string[]).includes(section);

/** The room of a section. */
export const roomOf = (section: string): Room | undefined => rooms.find((room) => includes(room, section));

export const isSection = (name: unknown): name is SectionId => typeof name === 'string' && roomOf(name) !== undefined;
