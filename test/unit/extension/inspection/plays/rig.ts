import { InspectionController } from '../../../../../src/extension/inspection/controller';
import { KeptVectors } from '../../../../../src/extension/inspection/keptVectors';
import type { Edit, SubjectPlace, Subject } from '../../../../../src/extension/inspection/subject';
import { defaults, type LoadRequest } from '../../../../../src/shared/engine';
import { EngineError } from '../../../../../src/shared/errors';
import type { InView } from '../../../../../src/shared/instruments';
import { serverPlace } from '../../../../../src/shared/modelName';
import type { PanelOptions, PanelState } from '../../../../../src/shared/panel';
import { english } from '../../../../../src/shared/translator';
import { Pretended } from './pretended';

export const firstPath = '/models/a.gguf';
export const agreedServer = 'http://agreed';
export const otherServer = 'http://other';
/** The models that the settings can name. The last one is downloaded first. */
export const models: readonly LoadRequest[] = [
  { path: firstPath },
  { path: '/models/b.gguf' },
  { path: agreedServer, server: { address: agreedServer } },
  { path: otherServer, server: { address: otherServer } },
  { path: '/models/far.gguf' },
];
const farPath = '/models/far.gguf';

/** Sections of the page that a model without layers on this machine does not have. */
const needLayers = [
  'journey',
  'attention',
  'pattern',
  'lens',
  'leaders',
  'dimensions',
  'steer',
  'texts',
  'both',
] as const;

const options: PanelOptions = {
  ...{ context: false, contextTokens: defaults.contextTokens, plain: false, chat: null, limit: defaults.limit },
  ...{ centred: false, space: 'input', neighbours: defaults.neighbours, top: defaults.top },
  ...{ colouring: 'size', metric: 'euclidean' },
};

interface Document {
  text: string;
  version: number;
  isOpen: boolean;
}

/** Waits in the editor and on the disk, which end when a play says so, as the engine's calls do. */
interface Reading {
  readonly name: string;
  settle(error: EngineError | null): void;
}

/** The controller as the editor and the page use it, with all that surrounds it pretended. */
export class Rig {
  readonly pretended = new Pretended();
  readonly documents = new Map<string, Document>([
    ['file:///a.md', { text: 'abcdefghijkl', version: 1, isOpen: true }],
    ['file:///b.md', { text: 'mnopqrst', version: 1, isOpen: true }],
  ]);
  settings = models[0] as LoadRequest;
  readonly agreed = new Set([agreedServer]);
  /** The servers that the controller had the user agree to. */
  readonly agreements: string[] = [];
  /** What the user was asked to download. */
  asked = 0;
  readings: readonly Reading[] = [];
  /** What a caller still waits for. */
  readonly waits = new Map<object, string>();
  /** What the page is told once the present work has come to a pause. */
  onShown: () => void = () => undefined;
  /** A text is read for an inspection that is asked for now. The returned function hears what stands there. */
  onRead: () => (subject: Subject | null) => void = () => () => undefined;
  /** Whether tokens were written into a document, whose text is read now although another may be wanted since. */
  hasWritten = false;
  /** Whether the user asks for what happens now. */
  isUser = false;
  readonly controller: InspectionController;
  #downloaded = new Set<string>();
  isUntold = false;
  #tells = false;
  #wished: InView = {};
  /** The parts that are in sight. */
  sight: InView = {};
  #seesLayers = true;

  constructor() {
    const { pretended } = this;
    const kept = new Map<string, unknown>();
    const sentence = (error: unknown) => (error instanceof Error ? error.message : 'It failed.');
    this.controller = new InspectionController(
      pretended.engine,
      {
        request: () => ({ ...this.settings }),
        describe: (request) => this.#waiting('describe', () => this.#describe(request)),
        ask: () => void this.asked++,
        read: (place) => {
          const came = this.onRead();
          const read = () => {
            const subject = this.#read(place);
            if (!subject) gone();
            came(subject);
            return subject;
          };
          return this.#waiting('read', read, () => came(null));
        },
        insert: (place, text) => this.#waiting('insert', () => this.#insert(place, text)),
        isAgreed: (address) => this.agreed.has(address),
        agree: (address) => {
          this.agreements.push(address);
          this.agreed.add(address);
        },
        failed: (error) => ({ message: sentence(error), help: null }),
        failedOther: sentence,
        comparisonEnded: (name) => `The comparison with ${name} has ended.`,
        l10n: english,
        keptVectors: new KeptVectors({
          get: (key) => kept.get(key),
          update: async (key, to) => void kept.set(key, to),
        }),
        notFollowed: () => 'Edits are not followed.',
      },
      { changed: () => this.#tell(), inspectionsChanged: () => undefined },
      options,
    );
    pretended.ended = () => this.controller.unloaded();
  }

  get state(): PanelState {
    return this.controller.state;
  }

  /** The text that the page names, with the text before it; null if it names none. */
  get named(): Pick<Subject, 'text' | 'before'> | null {
    const { source } = this.state;
    const before = source && (this.documents.get(source.uri)?.text.slice(0, source.start) ?? '');
    return source && before !== null ? { text: source.excerpt, before } : null;
  }

  /** Everything that can end now, in the order in which it was asked for. */
  get pending(): readonly (Reading & { readonly request?: unknown })[] {
    return [...this.readings, ...this.pretended.answerable];
  }

  /** The settings name another model, of which nobody has heard yet. */
  names(request: LoadRequest): void {
    this.settings = request;
    this.isUntold = true;
  }

  /** The controller hears of the settings, as it always does in the end. */
  tells(): void {
    if (this.isUntold) this.wait('modelChanged', this.controller.modelChanged());
    this.isUntold = false;
  }

  /** Keeps an eye on a promise of the controller: none may stay open when nothing is under way. */
  wait(name: string, promise: Promise<unknown>): void {
    const wait = {};
    this.waits.set(wait, name);
    const end = () => void this.waits.delete(wait);
    promise.then(end, end);
  }

  subject(uri: string, from: number, length: number): Subject | null {
    const document = this.documents.get(uri);
    if (!document?.isOpen) return null;
    const start = Math.min(from, document.text.length);
    return this.#read({ uri, start, end: Math.min(start + length, document.text.length) });
  }

  edit(uri: string, { start, end }: Omit<Edit, 'length'>, inserted: string, isSeen: boolean): void {
    const document = this.documents.get(uri);
    if (!document?.isOpen) return;
    document.text = document.text.slice(0, start) + inserted + document.text.slice(end);
    document.version++;
    const textOf = (from: number, to: number) => document.text.slice(from, to);
    if (isSeen) this.controller.documents.edited(uri, [{ start, end, length: inserted.length }], textOf);
    else this.controller.documents.seen(uri, textOf);
  }

  close(uri: string): void {
    const document = this.documents.get(uri);
    if (document) document.isOpen = false;
    this.controller.closed(uri);
  }

  /** The parts of the page that a person scrolled to. */
  look(parts: InView): void {
    this.#wished = parts;
    this.#seesLayers = this.#hasLayers;
    const seen = Object.entries(parts).filter(([name]) => this.#seesLayers || !needLayers.some((one) => one === name));
    this.sight = Object.fromEntries(seen);
    this.wait('inView', this.controller.intend({ type: 'inView', parts: this.sight }));
  }

  /** Whether the page is drawn anew: a model without layers has no sections that need them. */
  drawsAgain(): boolean {
    const draws = this.#seesLayers !== this.#hasLayers;
    if (draws) this.look(this.#wished);
    return draws;
  }

  get #hasLayers(): boolean {
    return !this.state.model?.server;
  }

  #tell(): void {
    if (this.#tells) return;
    this.#tells = true;
    void Promise.resolve().then(() => {
      this.#tells = false;
      this.onShown();
    });
  }

  #waiting<T>(name: string, value: () => T, failed: () => void = () => undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const reading: Reading = {
        name,
        settle: (error) => {
          this.readings = this.readings.filter((one) => one !== reading);
          try {
            if (error) throw error;
            resolve(value());
          } catch (thrown) {
            failed();
            reject(thrown);
          }
        },
      };
      this.readings = [...this.readings, reading];
    });
  }

  #describe({ path, server }: LoadRequest) {
    const isHere = path !== farPath || this.#downloaded.has(path) || this.pretended.loaded?.path === path;
    if (isHere) this.#downloaded.add(path);
    return {
      ...{ name: path, bytes: 1 },
      ...(server && { server: serverPlace(server.address) }),
      ...(!isHere && { download: { name: path, bytes: 1, from: 'hub' } }),
    };
  }

  #read({ uri, start, end }: SubjectPlace): Subject | null {
    const document = this.documents.get(uri);
    if (!document?.isOpen || start >= end || end > document.text.length) return null;
    const { text, version } = document;
    const read = { text: text.slice(start, end), before: text.slice(0, start), otherSelections: 0, wholeLine: false };
    return { ...{ uri, version, start, end }, name: uri.slice(-4), ...read };
  }

  #insert({ uri, end }: SubjectPlace, text: string): number {
    if (!this.documents.get(uri)?.isOpen) return gone();
    this.edit(uri, { start: end, end }, text, true);
    this.hasWritten = true;
    return text.length;
  }
}

/** As the editor says it. */
function gone(): never {
  throw new EngineError('bad-request', 'The text is no longer in its document.');
}
