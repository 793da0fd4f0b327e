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

/** The models that are known of, in their order. */
export class Models {
  found: readonly FoundModel[] = [];

  constructor(private readonly origin: ModelsOrigin) {}

  get entries(): readonly Entry[] {
    const { defaultPath, defaultName, remembered, setting } = this.origin;
    return entriesOf({ defaultPath, defaultName, setting: setting(), remembered: remembered.files, found: this.found });
  }

  get rows(): readonly Row[] {
    const { remembered, descriptions, words } = this.origin;
    const used = this.inUse;
    return this.entries.map((entry) => {
      const known = remembered.of(entry.path);
      const use = entry.path !== used ? 'none' : known?.geometryOnly === true ? 'geometry' : 'all';
      return rowOf(entry, use === 'none' ? descriptions.of(entry.path) : this.#compared(descriptions.of(entry.path)), { use, isRemembered: known !== null && entry.kind === 'file' }, words);
    });
  }

  /** Loading a model compares its matrices, which its header alone cannot. */
  #compared(known: Description | null): Description | null {
    const model = this.origin.loaded();
    if (known?.kind !== 'read' || known.summary.tied !== null || model?.fileBytes !== known.summary.fileBytes) return known;
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
