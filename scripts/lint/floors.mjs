// Which folder of src may import which. A room, a folder or a file, imports only from the floors below its own: not
// from a room beside it, and never upwards. Folders that no list names have no floors, but no circle of rooms either.
// Imports of types count, and so do dynamic ones.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path/posix';

/**
 * The floors of a folder, top first. `*` are its files that no floor names, which may import each other.
 * ARCHITECTURE.md draws those of the engine.
 * @type {Readonly<Record<string, readonly (readonly string[])[]>>}
 */
export const floors = {
  src: [['page'], ['extension', 'webview', 'cli'], ['engine', 'tools'], ['shared', 'kernels']],
  'src/engine': [
    ['workers'],
    ['*'],
    ['otherBackends.ts'],
    ['backends'],
    ['lab'],
    ['analysis'],
    ['hub', 'chat'],
    ['model'],
    ['trunk', 'directions'],
    ['architecture'],
    ['kernels'],
    ['servers'],
    ['tokenizer'],
    ['weights'],
    ['tasks'],
    ['platform'],
    ['arrays'],
  ],
  'src/extension': [
    // What is made, and what is registered of it.
    ['extension.ts'],
    ['testApi.ts'],
    ['agents'],
    ['parts.ts'],
    ['modelFile'],
    // What a person sees and asks for.
    ['hub', 'intents.ts', 'sample'],
    ['servers', 'editor', 'inspectionsView', 'registerTokenCommands.ts'],
    ['modelsView', 'export', 'panel'],
    ['python'],
    // The two hosts, and what is the same in both.
    ['node', 'web'],
    ['host.ts'],
    ['inspection', 'hover', 'statusBar', 'backend'],
    ['*'],
  ],
  'src/webview': [
    ['panel.tsx'],
    ['side'],
    ['header'],
    ['sections.ts'],
    // The sections. Most do not know each other; those above show a part of one below.
    ['both', 'texts', 'vector', 'neurons', 'experts', 'continuation', 'matters'],
    ['neighbours', 'nextToken', 'file'],
    [
      'point',
      'tokens',
      'token',
      'vectorscope',
      'attention',
      'pipeline',
      'journey',
      'position',
      'document',
      'lab',
      'tokenizers',
    ],
    ['glossary', 'section.tsx'],
    ['picture'],
    ['parts'],
    ['*'],
  ],
  'src/page': [['page.ts'], ['frame.ts', 'modelChoice.ts'], ['models.ts', 'outlet.ts', 'panelFrame.ts'], ['*']],
  'src/cli': [
    ['main.ts'],
    ['vectorscope.ts'],
    ['compare.ts', 'inspect.ts', 'lab.ts', 'mcp.ts', 'process.ts', 'tokens.ts', 'untrained.ts'],
    ['patch.ts'],
    ['continued.ts', 'vector.ts'],
    ['hints.ts', 'inspectOptions.ts', 'provenance.ts'],
    ['program.ts'],
    ['experiments.ts', 'server.ts'],
    ['*'],
  ],
  'src/tools': [
    ['compare.ts'],
    ['list.ts', 'blame.ts'],
    [
      'both.ts',
      'blamed.ts',
      'continue.ts',
      'model.ts',
      'neighbours.ts',
      'predict.ts',
      'tokens.ts',
      'why.ts',
      'look.ts',
      'matters.ts',
    ],
    ['spoken.ts', 'vector.ts', 'insides.ts'],
    ['chat.ts'],
    ['arguments.ts', 'fit.ts', 'oneToken.ts', 'tables.ts'],
    ['*'],
  ],
  'src/shared': [
    // What the panel and the extension say to each other.
    ['kept.ts', 'sectionTables.ts'],
    ['intents.ts', 'colouring.ts'],
    ['provenance.ts', 'python.ts'],
    ['chosen.ts'],
    ['panel.ts'],
    // The questions to the engine, and how they reach it.
    ['consent.ts', 'enginePort.ts', 'webWorker.ts'],
    ['engine.ts', 'blameWords.ts'],
    ['bothFinding.ts', 'inspection.ts', 'inDocument.ts', 'textParts.ts'],
    ['place.ts'],
    ['instruments.ts', 'scores.ts'],
    ['difference.ts'],
    ['layers.ts'],
    ['chat', 'document', 'vectors'],
    // What it answers, and words for it.
    ['*'],
  ],
};

/** @typedef {{ readonly file: string, readonly line: number, readonly to: string }} Arrow */

const code = /\.tsx?$/;

/** @param {string} root */
const filesOf = (root) =>
  readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((file) => `src/${file.replaceAll('\\', '/')}`)
    .filter((file) => code.test(file));

/**
 * @param {string} root
 * @param {readonly string[]} files
 * @returns {readonly Arrow[]} the imports of one file of src by another
 */
function arrowsOf(root, files) {
  const known = new Set(files);
  /** `#host` stands for one file in Node and for another in a browser. @type {Record<string, unknown>} */
  const aliases = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).imports ?? {};
  const pathsOf = (/** @type {string} */ file, /** @type {string} */ specifier) =>
    specifier.startsWith('#') ? Object.values(aliases[specifier] ?? {}) : [join(dirname(file), specifier)];
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return [...text.matchAll(/\b(?:from|import)\s*\(?\s*'([.#][^']*)'/g)].flatMap(({ 1: specifier = '', index }) =>
      pathsOf(file, specifier)
        .map((path) => ['', '.ts', '.tsx'].map((ending) => normalize(path) + ending).find((one) => known.has(one)))
        .flatMap((to) => (to ? [{ file, line: text.slice(0, index).split('\n').length, to }] : [])),
    );
  });
}

/**
 * @param {Arrow} arrow
 * @returns {readonly [folder: string, from: string, to: string]} the folder that holds both ends, and its rooms of them
 */
function roomsOf({ file, to }) {
  const [ends, others] = [file.split('/'), to.split('/')];
  const depth = ends.findIndex((part, i) => part !== others[i]);
  return [ends.slice(0, depth).join('/'), ends[depth] ?? '', others[depth] ?? ''];
}

/** @param {readonly (readonly string[])[]} list @param {string} room */
function levelOf(list, room) {
  const level = list.findIndex((names) => names.includes(room));
  return level < 0 && code.test(room) ? list.findIndex((names) => names.includes('*')) : level;
}

/**
 * @param {ReadonlyMap<string, ReadonlySet<string>>} arrows from each room to others
 * @returns {readonly string[]} the rooms that lie on a circle or between two
 */
function circleIn(arrows) {
  let rooms = [...arrows.keys()];
  for (;;) {
    const targets = new Set(rooms.flatMap((room) => [...(arrows.get(room) ?? [])]));
    const left = rooms.filter(
      (room) => targets.has(room) && [...(arrows.get(room) ?? [])].some((to) => rooms.includes(to)),
    );
    if (left.length === rooms.length) return left;
    rooms = left;
  }
}

/**
 * @param {string} root
 * @returns {readonly string[]} a sentence for every arrow up, every circle of rooms, and every folder without a floor
 */
export function findBrokenFloors(root) {
  const files = filesOf(root);
  const folders = new Set(files.flatMap((file) => [...file.matchAll(/\//g)].map(({ index }) => file.slice(0, index))));
  const broken = [...folders]
    .filter((folder) => floors[dirname(folder)] && levelOf(floors[dirname(folder)] ?? [], basename(folder)) < 0)
    .map((folder) => `${folder} stands on no floor: name it in scripts/lint/floors.mjs.`);
  /** @type {Map<string, Map<string, Set<string>>>} */
  const arrowsByFolder = new Map();
  for (const arrow of arrowsOf(root, files)) {
    const [folder, from, to] = roomsOf(arrow);
    if (from === '' || to === '') continue;
    const arrows = arrowsByFolder.get(folder) ?? new Map();
    arrowsByFolder.set(folder, arrows.set(from, (arrows.get(from) ?? new Set()).add(to)));
    const list = floors[folder];
    if (!list) continue;
    const [level, below] = [levelOf(list, from), levelOf(list, to)];
    if (below < 0 || below > level) continue;
    if (below === level && [from, to].every((room) => !list[level]?.includes(room))) continue;
    broken.push(`${arrow.file}:${arrow.line} imports ${arrow.to}, which stands on no floor below it.`);
  }
  for (const [folder, arrows] of arrowsByFolder) {
    const circle = circleIn(arrows);
    if (circle.length > 0) broken.push(`In ${folder} the imports form a circle: ${circle.toSorted().join(', ')}.`);
  }
  return broken;
}
