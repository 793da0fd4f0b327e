import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { ModelInfo, ModelSummary } from '../../shared/engine';
import { count, fileSize, inShort, weightTypes } from '../../shared/format';
import { translated } from '../../shared/said';
import { type FoundModel, nameInPath } from '../modelPath';
import type { Description, Descriptions } from './descriptions';
import { nameOfServed, type ChosenFile, type ChosenServer, type HubOrigin, type RememberedModels } from './remembered';
import type { ModelFact, Row } from './row';
import { rowWords as words, serverRowOf } from './serverRow';

export type { ModelFact, Row } from './row';

/** A model of the list. Its path identifies it. */
export interface Entry extends FoundModel {
  readonly kind: 'default' | 'setting' | 'file';
  /** The model on the Hub that was fetched. */
  readonly hub?: HubOrigin;
  /** The server that runs it, at the address in `path`. */
  readonly server?: ChosenServer;
}

/** The sources of the list's entries. */
export interface ModelSources {
  readonly defaultPath: string;
  readonly defaultName: string;
  /** '' if the setting names no file. */
  readonly setting: string;
  readonly remembered: readonly ChosenFile[];
  readonly found: readonly FoundModel[];
}

/**
 * The default model, then the setting's, those that were chosen before, and those that were found. Each file is listed
 * once.
 */
export function entriesOf({ defaultPath, defaultName, setting, remembered, found }: ModelSources): readonly Entry[] {
  const all: readonly Entry[] = [
    { kind: 'default', path: defaultPath, name: defaultName, named: false },
    ...(setting === '' ? [] : [{ kind: 'setting' as const, path: setting, ...nameInPath(setting) }]),
    ...remembered.map(({ path, name, hub, server }) => ({
      kind: 'file' as const,
      path,
      ...(hub && { hub }),
      ...(server ? served(server) : name === undefined ? nameInPath(path) : { name, named: true }),
    })),
    ...found.map((model) => ({ ...model, kind: 'file' as const })),
  ];
  const seen = new Set<string>();
  return all.filter(({ path }) => !seen.has(path) && seen.add(path));
}

const served = (server: ChosenServer): Pick<Entry, 'name' | 'named' | 'server'> => ({
  name: nameOfServed(server),
  named: false,
  server,
});

/** The entry of a server, whether it is in the list or not. */
export const entryOfServer = (server: ChosenServer): Entry => ({
  kind: 'file',
  path: server.address,
  ...served(server),
});

/** How the list shows a model, apart from its description. */
export interface Standing {
  readonly use: 'none' | 'all' | 'geometry';
  /** The loaded model is compared with it. */
  readonly isCompared?: boolean;
  readonly isRemembered: boolean;
  /** The name of its folder, if another model has the same name. */
  readonly folder: string | null;
}

export function modelRow(
  { kind, path, name, hub }: Entry,
  known: Description | null,
  { use, isCompared = false, isRemembered, folder }: Standing,
): Row {
  const origin = [
    ...(folder === null ? [] : [folder]),
    ...(hub ? [`${words.facts.repository()}: ${hub.repository}`] : []),
    ...(kind === 'default' ? [words.shipped()] : kind === 'setting' ? [words.bySetting()] : []),
  ];
  const compared = isCompared ? [words.compared()] : [];
  const marks = [...(use === 'none' ? [] : [words.inUse()]), ...compared, ...origin];
  const base = { path, label: name, facts: [], ...(isCompared && { isCompared }) };
  const forget = isRemembered && use === 'none' ? ([hub ? 'delete' : 'forget'] as const) : [];
  const free = use === 'none' ? 'circle-outline' : 'check';
  if (known === null)
    return {
      ...base,
      description: joined([...compared, ...origin]),
      icon: free,
      details: [...marks, path],
      can: ['load', 'geometry', ...forget],
    };
  if (known.kind === 'failed') {
    const unsupported = known.code === 'model-unsupported';
    const verdict = unsupported
      ? words.verdict('nothing')
      : known.code === 'model-missing'
        ? words.missing()
        : words.damaged();
    return {
      ...base,
      description: joined([verdict, ...marks]),
      icon: unsupported ? 'circle-slash' : 'warning',
      details: [known.message, ...marks, path],
      can: forget,
    };
  }
  const { summary } = known;
  const verdict = use === 'geometry' ? 'geometry' : summary.verdict;
  const said = words.verdict(verdict);
  const facts = factsOf(summary, hub, said);
  return {
    ...base,
    description: joined([
      ...compared,
      said,
      ...(folder === null ? [] : [folder]),
      ...(summary.source ? [words.ofWhole(fileSize(summary.source.bytes))] : []),
      ...inBrief(summary),
    ]),
    icon:
      summary.verdict === 'nothing'
        ? 'circle-slash'
        : use === 'none' && verdict === 'geometry'
          ? 'circle-large-outline'
          : free,
    facts,
    details: [...(summary.refusal === null ? [] : [translated(summary.refusal, vscode.l10n)]), ...marks, path],
    can: [
      ...(summary.verdict === 'runs' ? (['load'] as const) : []),
      ...(summary.verdict === 'nothing' ? [] : (['geometry'] as const)),
      ...forget,
    ],
  };
}

/** The facts in a few words each, without those that are not in the file. */
function inBrief({
  architecture,
  parameters,
  quantisation,
  tied,
  contextLength,
  fileBytes,
  license,
  source,
}: ModelSummary): readonly string[] {
  return [
    // Of a geometry they would be those of the matrices alone.
    ...(source ? [] : [inShort(parameters)]),
    architecture,
    quantisation,
    ...(tied === null ? [] : [tied ? words.tied() : words.untied()]),
    fileSize(fileBytes),
    ...(contextLength === null ? [] : [words.tokens(count(contextLength))]),
    ...(license === null ? [] : [license]),
  ];
}

function factsOf(summary: ModelSummary, hub: HubOrigin | undefined, verdict: string): readonly ModelFact[] {
  const { architecture, parameters, tied, contextLength, fileBytes, license, memory, source } = summary;
  const needed = memory.run ?? memory.geometry;
  const values: readonly (readonly [name: keyof typeof words.facts, value: string | null])[] = [
    ['verdict', verdict],
    ['family', architecture],
    ['parameters', source ? null : count(parameters)],
    ['quantisation', weightTypes(summary)],
    ['matrices', tied === null ? words.tiedUnknown() : tied ? words.tied() : words.untied()],
    ['context', contextLength === null ? null : words.tokens(count(contextLength))],
    ['size', fileSize(fileBytes)],
    ['memory', needed === null ? null : words.about(fileSize(needed))],
    ['license', license],
    ['repository', source?.repository ?? hub?.repository ?? null],
    ['whole', source ? fileSize(source.bytes) : null],
  ];
  return values.flatMap(([name, value]) => (value === null ? [] : [{ name, label: words.facts[name](), value }]));
}

const joined = (parts: readonly string[]): string => parts.join(' · ');

export interface ModelsOrigin extends Pick<ModelSources, 'defaultPath' | 'defaultName'> {
  readonly remembered: RememberedModels;
  readonly descriptions: Descriptions;
  /** '' if the setting names no file. */
  setting(): string;
  /** The path of the model that the loaded one is compared with; null if there is none. */
  compared(): string | null;
  /** The model that the numbers come from. */
  loaded(): Pick<ModelInfo, 'name' | 'fileBytes' | 'tied' | 'server'> | null;
}

/**
 * The known models in their order. A listed model keeps its place, so none moves under the mouse.
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
    const { remembered, descriptions } = this.origin;
    const used = this.inUse;
    const compared = this.origin.compared();
    const { entries } = this;
    const isAlone = ({ name }: Entry) => entries.filter((other) => other.name === name).length === 1;
    return entries.map((entry) => {
      const known = remembered.of(entry.path);
      const use = entry.path !== used ? 'none' : known?.geometryOnly === true ? 'geometry' : 'all';
      if (entry.server)
        return serverRowOf(entry, entry.server, this.origin.loaded(), {
          isInUse: use !== 'none',
          isRemembered: known !== null,
        });
      return modelRow(
        entry,
        use === 'none' ? descriptions.of(entry.path) : this.#compared(descriptions.of(entry.path)),
        {
          use,
          isCompared: entry.path === compared,
          isRemembered: known !== null && entry.kind === 'file',
          folder: isAlone(entry) ? null : basename(dirname(entry.path)),
        },
      );
    });
  }

  /** Adds whether the matrices are tied, if the model is loaded: its header alone does not say so. */
  #compared(known: Description | null): Description | null {
    const model = this.origin.loaded();
    if (known?.kind !== 'read' || known.summary.tied !== null || model?.fileBytes !== known.summary.fileBytes)
      return known;
    return { kind: 'read', summary: { ...known.summary, tied: model.tied } };
  }

  /** The path of the chosen model. */
  get inUse(): string {
    const { setting, remembered, defaultPath } = this.origin;
    return setting() || (remembered.chosen?.path ?? defaultPath);
  }

  /** Also returns an entry for a path that is not in the list. */
  entryOf(path: string): Entry {
    return this.entries.find((entry) => entry.path === path) ?? { kind: 'file', path, ...nameInPath(path) };
  }
}

/** Known entries keep the former order; new ones get their own places. */
function inPlace(entries: readonly Entry[], order: readonly string[]): readonly Entry[] {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const settled = order.flatMap((path) => byPath.get(path) ?? []);
  for (const [at, entry] of entries.entries()) if (!order.includes(entry.path)) settled.splice(at, 0, entry);
  return settled;
}
