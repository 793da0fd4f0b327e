import { basename, dirname } from 'node:path';
import type { ModelInfo } from '../../shared/engine';
import type { Description, Descriptions } from './descriptions';
import { nameOf, type FoundModel } from './found';
import type { RememberedModels } from './remembered';
import { entriesOf, rowOf, type Entry, type Row, type RowWords, type Sources } from './rows';

export interface ModelsOrigin extends Pick<Sources, 'defaultPath' | 'defaultName'> {
  readonly remembered: RememberedModels;
  readonly descriptions: Descriptions;
  /** '' where the setting names no file. */
  setting(): string;
  readonly words: RowWords;
  /** The model that the numbers come from. */
  loaded(): Pick<ModelInfo, 'fileBytes' | 'tied'> | null;
}

/**
 * The models that are known of, in their order: one that is listed keeps its place, so that none moves under the mouse.
 */
export class Models {
  found: readonly FoundModel[] = [];
  #order: readonly string[] = [];

  constructor(private readonly origin: ModelsOrigin) {}

  get entries(): readonly Entry[] {
    const { defaultPath, defaultName, remembered, setting } = this.origin;
    const entries = entriesOf({
      defaultPath,
      defaultName,
      setting: setting(),
      remembered: remembered.files,
      found: this.found,
    });
    const settled = inPlace(entries, this.#order);
    this.#order = settled.map(({ path }) => path);
    return settled;
  }

  get rows(): readonly Row[] {
    const { remembered, descriptions, words } = this.origin;
    const used = this.inUse;
    const { entries } = this;
    const isAlone = ({ name }: Entry) => entries.filter((other) => other.name === name).length === 1;
    return entries.map((entry) => {
      const known = remembered.of(entry.path);
      const use = entry.path !== used ? 'none' : known?.geometryOnly === true ? 'geometry' : 'all';
      return rowOf(
        entry,
        use === 'none' ? descriptions.of(entry.path) : this.#compared(descriptions.of(entry.path)),
        {
          use,
          isRemembered: known !== null && entry.kind === 'file',
          folder: isAlone(entry) ? null : basename(dirname(entry.path)),
        },
        words,
      );
    });
  }

  /** Loading a model compares its matrices, which its header alone cannot. */
  #compared(known: Description | null): Description | null {
    const model = this.origin.loaded();
    if (known?.kind !== 'read' || known.summary.tied !== null || model?.fileBytes !== known.summary.fileBytes)
      return known;
    return { kind: 'read', summary: { ...known.summary, tied: model.tied } };
  }

  /** Path of the model that is chosen. */
  get inUse(): string {
    const { setting, remembered, defaultPath } = this.origin;
    return setting() || (remembered.chosen?.path ?? defaultPath);
  }

  /** Also of a path that is not in the list. */
  entryOf(path: string): Entry {
    return this.entries.find((entry) => entry.path === path) ?? { kind: 'file', path, ...nameOf(path) };
  }
}

/** Those of a former order as they stood, new ones at their own places. */
function inPlace(entries: readonly Entry[], order: readonly string[]): readonly Entry[] {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const settled = order.flatMap((path) => byPath.get(path) ?? []);
  for (const [at, entry] of entries.entries()) if (!order.includes(entry.path)) settled.splice(at, 0, entry);
  return settled;
}
