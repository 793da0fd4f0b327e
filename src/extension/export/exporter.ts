import * as vscode from 'vscode';
import type { Engine, ModelInfo } from '../../shared/engine';
import { EngineError, isCancelled } from '../../shared/errors';
import { inspectedModel } from '../../shared/inspection';
import { stoppedEstimate } from '../../shared/lab';
import type { Exportable, Intent, PanelState } from '../../shared/panel';
import { modelTitle } from '../../shared/servedName';
import type { PastInspection } from '../inspection/inspections';
import type { Subject } from '../inspection/subject';
import { csvOf } from './csv';
import { inspectionOf } from './fromState';
import { markdownOf } from './markdown';
import { endingOf, fileName, isKnown, type Part } from './parts';
import { withProgress } from './progress';
import { agreesToSend, askWhere, save, say } from './saving';
import { jsonOf, requestOf } from './wholeInspection';
import { wholeMarkdownOf } from './wholeMarkdown';

/** Where the exporter gets texts and the model. */
export interface ExportSource {
  readonly state: PanelState;
  /** A copy of the subject that the numbers of `state` belong to. */
  readonly shown: Subject | null;
  readonly inspections: { readonly all: readonly Pick<PastInspection, 'subject' | 'state'>[] };
  /** Resolves once the engine has the model. */
  ready(): Promise<void>;
}

/** Exports inspections to the clipboard, to files and as pictures. Reports failures to the user and never rejects. */
export class Exporter {
  constructor(
    private readonly engine: Engine,
    private readonly source: ExportSource,
    /** Logs a failure and tells the user. */
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Answers an intent of a view that showed `state`. */
  async answer(intent: Extract<Intent, { readonly type: 'export' | 'savePicture' }>, state: PanelState): Promise<void> {
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
    if (!isKnown(part, state)) return say(notKnown());
    const text = as === 'markdown' ? markdownOf(part, state, vscode.l10n) : JSON.stringify(inspectionOf(part, state));
    await this.#told(async () => {
      await vscode.env.clipboard.writeText(text ?? '');
      say(vscode.l10n.t('Copied to the clipboard.'));
    });
  }

  /**
   * Saves a part for all positions of the text that `state` shows, or whose inspection it is. Asks for the place unless
   * `to` is given. Asks before the text goes to a server: the user asked for a file, not for sending.
   */
  async save(part: Part, state: PanelState, to?: vscode.Uri): Promise<void> {
    const subject = this.#subjectOf(state);
    if (!subject) return say(notKnown());
    await this.#told(async () => {
      const where = to ?? (await askWhere(fileName(subject.name, part, 'json'), subject.uri, kindsOf(part)));
      if (where)
        await save(where, new TextEncoder().encode(await this.#written(part, subject, state, endingOf(where.path))));
    });
  }

  /** Saves a chart in the format of the chosen file name's ending. */
  async savePicture(
    { name, svg, png }: Extract<Intent, { readonly type: 'savePicture' }>,
    { source }: PanelState,
  ): Promise<void> {
    // A picture of the vocabulary belongs to no document.
    const file = source ? fileName(source.name, name, 'svg') : `${name}.svg`;
    await this.#told(async () => {
      const where = await askWhere(file, source?.uri ?? null, { SVG: 'svg', PNG: 'png' });
      if (where)
        await save(
          where,
          endingOf(where.path) === 'png'
            ? Uint8Array.from(atob(png), (unit) => unit.charCodeAt(0))
            : new TextEncoder().encode(svg),
        );
    });
  }

  /**
   * Exports the last result of an experiment in the form that the command line prints. The estimate of a stopped run
   * comes first, as in the panel, and is marked as one.
   */
  async exportLab(
    { name, as }: Extract<Intent, { readonly type: 'exportLab' }>,
    { lab, model }: PanelState,
  ): Promise<void> {
    const run = lab[name];
    const stopped = run ? stoppedEstimate(run) : null;
    const found = stopped ?? run?.done;
    if (!found || !model) return say(notKnown());
    const {
      ask: { options },
      text,
    } = found;
    const exported = {
      name,
      model: model.name,
      ...(model.server && { server: inspectedModel(model).server }),
      options: text === null ? options : { ...options, text },
      ...(stopped && { estimate: { shareDone: stopped.fraction } }),
      result: stopped ? stopped.estimate.result : run?.done?.result.result,
    };
    const json = `${JSON.stringify(exported, null, 2)}\n`;
    await this.#told(async () => {
      if (as === 'json') {
        await vscode.env.clipboard.writeText(json);
        return say(vscode.l10n.t('Copied to the clipboard.'));
      }
      const where = await askWhere(`${name}.json`, null, { JSON: 'json' });
      if (where) await save(where, new TextEncoder().encode(json));
    });
  }

  async #written(part: Part, subject: Subject, state: PanelState, ending: string): Promise<string> {
    const { model } = state;
    await this.source.ready();
    const present = this.source.state.model;
    if (model && present && !isSame(model, present)) {
      throw new EngineError(
        'bad-request',
        vscode.l10n.t(
          'This inspection was made with {0}, but {1} is loaded now. Inspect the text again, or choose {0}.',
          modelTitle(model, vscode.l10n),
          modelTitle(present, vscode.l10n),
        ),
      );
    }
    // The model that answers, which need not have been loaded while the state was shown.
    if (present?.server && !(await agreesToSend(present.server.address)))
      throw new EngineError('cancelled', 'The user does not send the text.');
    const inspection = await withProgress(vscode.l10n.t('Vectorscope: inspecting the whole text'), (control) =>
      this.engine.inspect(requestOf(part, subject, state), control),
    );
    if (ending === 'csv' && part !== 'everything') return csvOf(part, inspection);
    return ending === 'md' ? wholeMarkdownOf(part, inspection, vscode.l10n) : jsonOf(part, inspection);
  }

  /** A pinned view and the list of inspections may show another text than the panel. */
  #subjectOf({ text }: PanelState): Subject | null {
    if (!text) return null;
    const { state, shown, inspections } = this.source;
    return state.text === text ? shown : (inspections.all.find((past) => past.state.text === text)?.subject ?? null);
  }
}

const isSame = (a: ModelInfo, b: ModelInfo): boolean =>
  a.name === b.name && a.fileBytes === b.fileBytes && a.server?.address === b.server?.address;

/** The kinds of files that can hold a part, with their endings. CSV is one table, and everything is several. */
const kindsOf = (part: Part): Readonly<Record<string, string>> => ({
  JSON: 'json',
  ...(part !== 'everything' && { CSV: 'csv' }),
  Markdown: 'md',
});

const notKnown = (): string =>
  vscode.l10n.t('There is nothing to export yet. Inspect some text, and wait until its numbers appear.');
