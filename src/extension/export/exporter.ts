import { markdown } from '../../shared/columns';
import { clear, type Clearance, type ClearedEngine } from '../../shared/consent';
import type { Control, ModelInfo } from '../../shared/engine';
import { EngineError, isCancelled } from '../../shared/errors';
import { inspectedModel, type Inspection } from '../../shared/inspection';
import { noBoth } from '../../shared/instruments';
import type { Intent } from '../../shared/intents';
import { modelTitle } from '../../shared/modelName';
import type { Exportable, PanelState } from '../../shared/panel';
import type { HowRead } from '../../shared/place';
import { ownRunOf, provenanceOfState, type Provenance, type RunSurroundings } from '../../shared/provenance';
import { figureOf } from '../../shared/python';
import { sectionRows, sectionTitle } from '../../shared/sectionTables';
import type { Translator } from '../../shared/translator';
import { plainNumbers } from '../../tools/both';
import type { PastInspection } from '../inspection/inspections';
import type { Subject } from '../inspection/subject';
import { stayedOn } from '../inspection/views';
import { pythonScript, type ReadScript } from '../python/script';
import { fileName, inspectionOf, isKnown, type Part, partOf, partsShown, requestOf, stamped } from './exportParts';

/** Where the exporter gets texts and the model. */
export interface ExportSource {
  readonly state: PanelState;
  /** A copy of the subject that the numbers of `state` belong to. */
  readonly shown: Subject | null;
  readonly inspections: { readonly all: readonly Pick<PastInspection, 'subject' | 'state'>[] };
  /** Resolves once the engine has the model. */
  ready(): Promise<void>;
}

/** The way out: an editor, or a browser without one. `Place` is where a file goes. */
export interface Outlet<Place> {
  readonly l10n: Translator;
  copy(text: string): PromiseLike<void>;
  /**
   * Asks where to save. Suggests a name, beside the document if it is given. `endings` has the kinds of files by name.
   * `undefined` if the user gives up.
   */
  askWhere(
    name: string,
    document: string | null,
    endings: Readonly<Record<string, string>>,
  ): PromiseLike<Place | undefined>;
  /** The ending of the chosen name in lower case, without the dot. */
  endingOf(place: Place): string;
  /** Writes a file and tells the user. Rejects with `EngineError('not-written')`. */
  save(place: Place, content: Uint8Array): Promise<void>;
  /** Says a sentence that need not be answered. */
  say(sentence: string): void;
  /** Asks whether a text may go to a server for an export. */
  agreesToSend(address: string): Promise<boolean>;
  /** Does work that may take long. Shows its progress and lets the user cancel it. */
  withProgress<T>(title: string, work: (control: Control) => Promise<T>): Promise<T>;
}

export interface ExportSurroundings extends RunSurroundings {
  readonly scriptOf: ReadScript;
}

/** Exports inspections to the clipboard, to files and as pictures. Reports failures to the user and never rejects. */
export class Exporter<Place> {
  constructor(
    private readonly engine: ClearedEngine,
    private readonly source: ExportSource,
    private readonly outlet: Outlet<Place>,
    /** Logs a failure and tells the user. */
    private readonly failed: (error: unknown) => void,
    private readonly surroundings: ExportSurroundings,
  ) {}

  /** Copies a text of a page. In one of the forms it gets its provenance, that of what the page showed. */
  async copyText({ text, as, of }: Intent<'copy'>, state: PanelState): Promise<void> {
    const block = () => provenanceOfState(this.surroundings, state, of);
    const json = () => JSON.stringify(stamped.json(JSON.parse(text) as object, block()), null, 2);
    await this.#told(async () =>
      this.outlet.copy(as === undefined ? text : as === 'json' ? json() : stamped[as](text, block())),
    );
  }

  /** Answers an intent of a view that showed `state`. */
  async answer(intent: Intent<'export' | 'savePicture'>, state: PanelState): Promise<void> {
    if (intent.type === 'savePicture') return this.savePicture(intent, state);
    if (intent.as === 'file') return this.save(intent.what, state);
    return this.copy(intent.what, intent.as, state);
  }

  /** Shows the error if the work fails, unless the user cancelled it. */
  async #told(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isCancelled(error)) this.failed(error);
    }
  }

  /** Copies what a section shows now. */
  async copy(part: Exportable, as: 'markdown' | 'json', state: PanelState): Promise<void> {
    if (!isKnown(part, state)) return this.outlet.say(notKnown(this.outlet.l10n));
    const block = provenanceOfState(this.surroundings, state);
    const text =
      as === 'markdown'
        ? stamped.markdown(
            markdown([sectionRows(part, state) ?? []], sectionTitle(part, state, this.outlet.l10n)),
            block,
          )
        : JSON.stringify(stamped.json(inspectionOf(part, state) ?? {}, block));
    await this.#told(() => this.#copied(text));
  }

  async #copied(text: string): Promise<void> {
    const { outlet } = this;
    const { l10n } = outlet;
    await outlet.copy(text);
    outlet.say(l10n.t('Copied to the clipboard.'));
  }

  /** Asks for the place unless `to` is given, and writes what `content` makes for the ending of the name. */
  async #saved(
    name: string,
    document: string | null,
    endings: Readonly<Record<string, string>>,
    content: (ending: string) => string | Uint8Array | Promise<string>,
    to?: Place,
  ): Promise<void> {
    const { outlet } = this;
    const where = to ?? (await outlet.askWhere(name, document, endings));
    if (!where) return;
    const made = await content(outlet.endingOf(where));
    await outlet.save(where, typeof made === 'string' ? new TextEncoder().encode(made) : made);
  }

  /**
   * Saves a part for all positions of the text that `state` shows, or whose inspection it is. Asks for the place unless
   * `to` is given. Asks before the text goes to a server: the user asked for a file, not for sending.
   */
  async save(part: Part, state: PanelState, to?: Place): Promise<void> {
    const { outlet } = this;
    const subject = this.#subjectOf(state);
    if (!subject) return outlet.say(notKnown(outlet.l10n));
    const written = () => this.#written(part, subject, state);
    await this.#told(() => this.#saved(fileName(subject.name, part, 'json'), subject.uri, json, written, to));
  }

  /** Saves a chart in the format of the chosen file name's ending. */
  async savePicture({ name, svg, png }: Intent<'savePicture'>, state: PanelState): Promise<void> {
    const { source } = state;
    const block = provenanceOfState(this.surroundings, state, ownRunOf(name));
    // A picture of the vocabulary belongs to no document.
    const file = source ? fileName(source.name, name, 'svg') : `${name}.svg`;
    const drawn = (ending: string) => (ending === 'png' ? stamped.png(bytesOf(png), block) : stamped.svg(svg, block));
    await this.#told(() => this.#saved(file, source?.uri ?? null, { SVG: 'svg', PNG: 'png' }, drawn));
  }

  /**
   * Exports the last result of an experiment in the form that the command line prints. The estimate of a part of the
   * run is marked as one.
   */
  async exportLab({ name, as }: Intent<'exportLab'>, state: PanelState): Promise<void> {
    const { outlet } = this;
    const { lab, model } = state;
    const found = lab[name]?.done;
    if (!found || !model) return outlet.say(notKnown(outlet.l10n));
    const { ask, result, text: read, share } = found;
    const { options } = ask;
    const exported = {
      name,
      model: model.name,
      ...(model.server && { server: inspectedModel(model).server }),
      options: read === null ? options : { ...options, text: read },
      ...(share !== undefined && { estimate: { shareDone: share } }),
      result: result.result,
      provenance: provenanceOfState(this.surroundings, state, 'lab'),
    };
    const text = `${JSON.stringify(exported, null, 2)}\n`;
    await this.#told(() => (as === 'json' ? this.#copied(text) : this.#saved(`${name}.json`, null, json, () => text)));
  }

  /** Copies a script that computes a figure anew. `placeOf` is the path of the model as the script names it. */
  async copyPython(
    { what }: Intent<'copyPython'>,
    state: PanelState,
    placeOf?: (path: string) => string,
  ): Promise<void> {
    const { outlet } = this;
    const { file, model } = state;
    const figure = figureOf(what, state);
    if (!figure) return outlet.say(notKnown(outlet.l10n));
    const isFolder = file?.contents?.format === 'safetensors';
    const read =
      what === 'tensors' && file
        ? { path: file.path, ...(isFolder && { layout: 'folder' as const }) }
        : { ...model, path: model?.files?.[0]?.path ?? '' };
    const compared = state.both.other?.info;
    const other = compared && { ...compared, path: compared.files?.[0]?.path ?? '' };
    await this.#told(async () =>
      outlet.copy(await pythonScript(this.surroundings.scriptOf, figure, read, { other, placeOf })),
    );
  }

  async #written(part: Part, subject: Subject, state: PanelState): Promise<string> {
    const { l10n } = this.outlet;
    // The model that answers, which need not have been loaded while the state was shown.
    const clearance = await this.#cleared(await this.#loaded(state.model));
    const request = requestOf(part, subject, state);
    const before = this.source.state.backend;
    const inspection = await this.outlet.withProgress(l10n.t('Vectorscope: inspecting the whole text'), (control) =>
      this.engine.inspect({ ...request, clearance }, control),
    );
    const block = this.#ofWhole(inspection, request, state, before);
    const found = { ...partOf(part, inspection), ...(part === 'everything' && partsShown(state)) };
    return `${JSON.stringify(stamped.json(found, block), plainNumbers)}\n`;
  }

  /** Asks before the text goes to a server. Rejects without a yes. */
  async #cleared(present: ModelInfo | null): Promise<Clearance> {
    const server = present?.server?.address ?? null;
    const isAgreed = server !== null && (await this.outlet.agreesToSend(server));
    // Another one may have been chosen while the question stood.
    if (isAgreed) await this.#loaded(present);
    const found = clear(present ?? {}, { by: 'user', server }, () => isAgreed);
    if ('held' in found) throw new EngineError('cancelled', 'The user does not send the text.');
    return found.clearance;
  }

  /** The model that is loaded, once there is one. Rejects if it is another than the given one. */
  async #loaded(model: ModelInfo | null): Promise<ModelInfo | null> {
    await this.source.ready();
    const present = this.source.state.model;
    if (!model || !present || isSame(model, present)) return present;
    const { l10n } = this.outlet;
    throw new EngineError(
      'bad-request',
      l10n.t(
        'This inspection was made with {0}, but {1} is loaded now. Inspect the text again, or choose {0}.',
        modelTitle(model, l10n),
        modelTitle(present, l10n),
      ),
    );
  }

  /**
   * A file is computed anew, at all positions: with the model and the backend that are loaded now, and the present
   * options.
   */
  #ofWhole(
    { tokens, space }: Inspection,
    { plain, limit }: HowRead,
    state: PanelState,
    before: PanelState['backend'],
  ): Provenance {
    const { model, backend: after } = this.source.state;
    const backend = stayedOn(before, after) ? after : null;
    const alone = { run: null, both: noBoth, neighbours: null, position: null };
    return {
      ...provenanceOfState(this.surroundings, { ...state, model: model ?? state.model, backend, ...alone }),
      ...{ plain, limit, space: space ?? null, chosen: null },
      ...{ tokens: tokens.length, ids: tokens.map(({ id }) => id) },
    };
  }

  /** The list of inspections may show another text than the panel. */
  #subjectOf({ text }: PanelState): Subject | null {
    if (!text) return null;
    const { state, shown, inspections } = this.source;
    return state.text === text ? shown : (inspections.all.find((past) => past.state.text === text)?.subject ?? null);
  }
}

const json = { JSON: 'json' };

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0));

const isSame = (a: ModelInfo, b: ModelInfo): boolean =>
  a.name === b.name && a.fileBytes === b.fileBytes && a.server?.address === b.server?.address;

const notKnown = (l10n: Translator): string =>
  l10n.t('There is nothing to export yet. Inspect some text, and wait until its numbers appear.');
