/** The rooms of the panel, each with its sections from top to bottom. */
export const sectionsOf = {
  file: ['file', 'file-metadata', 'file-tensors'],
  point: ['point'],
  text: ['tokens', 'pipeline'],
  document: ['document'],
  token: ['token', 'neighbours', 'vectorscope'],
  vector: ['vector', 'vector-scope', 'steer'],
  prediction: ['next-token'],
  layers: ['journey', 'attention', 'size-map', 'position'],
  texts: ['texts', 'texts-next', 'texts-layers', 'patch'],
  both: ['both', 'both-text', 'both-next', 'both-layers', 'both-matrix'],
  lab: ['lab'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Room = keyof typeof sectionsOf;
export type SectionId = (typeof sectionsOf)[Room][number];

export const rooms = Object.keys(sectionsOf) as readonly Room[];

const includes = (room: Room, section: string): boolean => (sectionsOf[room] as readonly string[]).includes(section);

/** The room of a section. */
export const roomOf = (section: string): Room | undefined => rooms.find((room) => includes(room, section));

export const isSection = (name: unknown): name is SectionId => typeof name === 'string' && roomOf(name) !== undefined;
