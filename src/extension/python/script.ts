import type { ModelInfo } from '../../shared/model';
import type { Figure, Literal } from '../../shared/python';

/** The model that a script reads. */
export interface PythonModel {
  readonly path: string;
  readonly layout?: ModelInfo['layout'];
  readonly trunk?: ModelInfo['trunk'];
  readonly architecture?: string;
}

interface Text {
  readonly default: string;
}
const figure = async (name: string): Promise<string> => ((await import(`./figures/${name}.py`)) as Text).default;
const beginning = async (name: string): Promise<string> =>
  ((await import(`./beginnings/${name}.py`)) as Text).default.trimEnd();

/** A line that stands for lines that scripts share. Those of a folder as on Hugging Face differ for some. */
const beginnings = /^\{\{(\w+)\}\}$/m;
const ofFolders = new Map([
  ['geometry', 'folderGeometry'],
  ['tensors', 'folderTensors'],
]);

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

/** A script that computes a figure from the model's file, filled in. `placeOf` is a path as the script names it. */
export async function pythonScript(
  { script, values, code = {} }: Figure,
  model: PythonModel,
  placeOf = (path: string) => path,
): Promise<string> {
  const isFolder = model.layout === 'folder';
  const path = placeOf(isFolder ? model.path.replace(script === 'tensor' ? besideWeights : inFolder, '') : model.path);
  let text = await figure(script);
  for (let found = beginnings.exec(text); found; found = beginnings.exec(text)) {
    const [line, name = ''] = found;
    const lines = await beginning((isFolder && ofFolders.get(name)) || name);
    text = text.replace(line, () => lines);
  }
  const written = new Map([
    ['file', literal(path)],
    ['source', isFolder ? dictionary({ pretrained_model_name_or_path: path }) : fromGguf(path, model)],
    ...Object.entries(code),
  ]);
  const filled = text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = written.get(name);
    if (value === undefined) throw new RangeError(`The script ${script} needs ${name}, which it is not given.`);
    return value;
  });
  // Last, since a name in the file of a model may look like a place of the script.
  return filled.replace('\n', () => `\n${assigned(values)}`);
}

/** A line for each list, and one for all else. */
function assigned(values: Figure['values']): string {
  const entries = Object.entries(values);
  const others = entries.filter(([, value]) => !Array.isArray(value));
  return [...entries.filter(([, value]) => Array.isArray(value)).map((one) => [one]), others]
    .filter((line) => line.length > 0)
    .map((line) => `${line.map(([name]) => name).join(', ')} = ${line.map(([, value]) => literal(value)).join(', ')}\n`)
    .join('');
}

const dictionary = (entries: Readonly<Record<string, Literal>>): string =>
  `{${Object.entries(entries)
    .map(([key, value]) => `${literal(key)}: ${literal(value)}`)
    .join(', ')}}`;

/** What `from_pretrained` is given for a GGUF file, with the sizes that it would otherwise guess. */
function fromGguf(path: string, { architecture, trunk }: PythonModel): string {
  const [, folder = '.', name = path] = /^(.*)[\\/]([^\\/]*)$/.exec(path) ?? [];
  return dictionary({
    pretrained_model_name_or_path: folder || '/',
    gguf_file: name,
    ...(architecture === 'qwen3' && trunk?.rotary && { head_dim: trunk.rotary.headSize }),
    ...(architecture === 'gpt2' && trunk && { n_inner: trunk.feedForward, n_positions: trunk.contextLength }),
  });
}
