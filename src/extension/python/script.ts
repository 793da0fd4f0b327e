import type { ModelInfo } from '../../shared/model';
import type { PythonFigure, Literal } from '../../shared/python';

/** A model that a script reads. */
export interface PythonModel {
  readonly path: string;
  readonly layout?: ModelInfo['layout'];
  readonly trunk?: ModelInfo['trunk'];
  readonly architecture?: string;
  readonly tokenizer?: ModelInfo['tokenizer'];
}

/** Gives a file of this folder, such as `figures/lens.py`. They are read when a script is copied, and never before. */
export type ReadScript = (file: string) => PromiseLike<string>;

/** Names of lines that scripts share. The lines are indented as their name is. */
const beginnings = /^( *)\{\{(model|measures|parts|angle|geometry|otherGeometry|tensors|words)\}\}$/m;
/** Those that differ for a folder as on Hugging Face. */
const ofFolders = new Map([
  ['geometry', 'folderGeometry'],
  ['tensors', 'folderTensors'],
  ['words', 'folderWords'],
]);

/** The lines that read a model of this kind. */
function kindOf(name: string, { layout, tokenizer }: PythonModel): string {
  if (layout === 'folder') return ofFolders.get(name) ?? name;
  return name === 'words' && !tokenizer?.message.startsWith('byte-level') ? 'pieceWords' : name;
}

/** Python's spelling of a value. */
function literal(value: Literal): string {
  if (typeof value === 'object' && value !== null) return `[${value.map(literal).join(', ')}]`;
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return JSON.stringify(value);
}

/** The end of a path in a folder as on Hugging Face. A script of tensors reads a file of weights alone. */
const inFolder = /[\\/](config\.json|[^\\/]+\.safetensors(\.index\.json)?)$/i;
const besideWeights = /[\\/][^\\/]+\.json$/i;

/** Without the separator at its end, except for a root: `C:` alone is the folder that is current on the drive. */
const folderOf = (path: string): string => path.replace(/((?<=[^:])[\\/]|(?<=[\\/])|^)[^\\/]*$/, '');

async function withBeginnings(
  read: ReadScript,
  text: string,
  model: PythonModel,
  other?: PythonModel,
): Promise<string> {
  let whole = text;
  for (let found = beginnings.exec(whole); found; found = beginnings.exec(whole)) {
    const [line, indent = '', named = ''] = found;
    const [name, of] = named === 'otherGeometry' ? ['geometry', other] : [named, model];
    if (!of) throw new RangeError('The script reads two models, and is given one.');
    const beginning = await read(`beginnings/${kindOf(name, of)}.py`);
    const lines = await withBeginnings(read, beginning.trimEnd(), of);
    whole = whole.replace(line, () => lines.replace(/^/gm, indent));
  }
  return whole;
}

/** Two beginnings of a script may import the same. */
function importedOnce(script: string): string {
  const lines = script.split('\n');
  const imports = lines.map((line) => (line.startsWith('from ') ? line.split('  #')[0] : undefined));
  return lines.filter((_, i) => imports[i] === undefined || imports.indexOf(imports[i]) === i).join('\n');
}

interface ScriptOptions {
  /** The second model, for a figure of two. */
  readonly other?: PythonModel | undefined;
  /** How the script names a path. */
  readonly placeOf?: ((path: string) => string) | undefined;
}

/** A script that computes a figure from the model's file, filled in. */
export async function pythonScript(
  read: ReadScript,
  { script, values, code = {} }: PythonFigure,
  model: PythonModel,
  { other, placeOf = (path) => path }: ScriptOptions = {},
): Promise<string> {
  const pathOf = ({ layout, path }: PythonModel) => {
    const isInFolder = layout === 'folder' && (script === 'tensor' ? besideWeights : inFolder).test(path);
    return placeOf(isInFolder ? folderOf(path) : path);
  };
  const sourceOf = (one: PythonModel) =>
    one.layout === 'folder' ? dictionary({ pretrained_model_name_or_path: pathOf(one) }) : fromGguf(pathOf(one), one);
  const text = await withBeginnings(read, await read(`figures/${script}.py`), model, other);
  const written = new Map([
    ['file', literal(pathOf(model))],
    ['source', sourceOf(model)],
    ...(other
      ? ([
          ['otherFile', literal(pathOf(other))],
          ['sources', `[${sourceOf(model)}, ${sourceOf(other)}]`],
        ] as const)
      : []),
    ...Object.entries(values).map(([name, value]) => [name, literal(value)] as const),
    ...Object.entries(code),
  ]);
  return importedOnce(text).replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = written.get(name);
    if (value === undefined) throw new RangeError(`The script ${script} needs ${name}, which it is not given.`);
    return value;
  });
}

const dictionary = (entries: Readonly<Record<string, Literal>>): string =>
  `{${Object.entries(entries)
    .map(([key, value]) => `${literal(key)}: ${literal(value)}`)
    .join(', ')}}`;

/** What `from_pretrained` is given for a GGUF file, with the sizes that it would otherwise guess. */
function fromGguf(path: string, { architecture, trunk }: PythonModel): string {
  return dictionary({
    pretrained_model_name_or_path: folderOf(path) || '.',
    gguf_file: path.replace(/^.*[\\/]/s, ''),
    ...(architecture === 'qwen3' && trunk?.rotary && { head_dim: trunk.rotary.headSize }),
    ...(architecture === 'gpt2' && trunk && { n_inner: trunk.feedForward, n_positions: trunk.contextLength }),
  });
}
