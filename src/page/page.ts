import * as l10n from '@vscode/l10n';
import { LayersBackend } from '../extension/backend/backend';
import { RememberedSpeeds } from '../extension/backend/rememberedSpeeds';
import { EngineWorker } from '../extension/engineWorker';
import { Exporter } from '../extension/export/exporter';
import { FileHashes } from '../extension/export/fileHashes';
import { InspectionController } from '../extension/inspection/controller';
import { KeptVectors } from '../extension/inspection/keptVectors';
import { charactersPerToken, cutFromEnd, type SubjectPlace, type Subject } from '../extension/inspection/subject';
import { Returning } from '../extension/panel/returning';
import type { SurfaceIntent, SurfaceIntentName } from '../extension/panel/surface';
import { EngineError } from '../shared/errors';
import { megabytes } from '../shared/format';
import { handle, type Handlers } from '../shared/intents';
import type { KeptState } from '../shared/kept';
import type { Download, PanelState } from '../shared/panel';
import { rooms, type Room } from '../shared/rooms';
import { askInDialog, failureOf } from './dialog';
import { browserStore, draftOf, dropDraft, keepDraft } from './draft';
import { Field } from './field';
import { addressOf } from './files';
import { languageOf, speak } from './language';
import { defaultOptions, fittingFragment, readLink, uri, wholeText, type Link } from './link';
import { PageModelChoice } from './modelChoice';
import { startEngine, PageModels } from './models';
import { browserOutlet } from './outlet';
import { PanelFrame } from './panelFrame';
import { fetchRecorded, recall, sample, showsRecorded } from './recorded';
import { themed } from './theme';
import './page.css';

/** The version of the product: a constant of the build. */
declare const version: string;
/** Whether the site offers a worker that keeps it for a visit without a network: a constant of the build. */
declare const isOffered: boolean;

/** Minutes without a request, after which the model gives its memory back. */
const idle = 30;
/** The page has no log. */
const log = { info: () => undefined, error: () => undefined };

const element = <T extends HTMLElement>(id: string): T => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element ${id}.`);
  return found as T;
};

themed(document);
const sentences = await speak(languageOf(location.search, navigator.languages));

const models = new PageModels();
const worker = new EngineWorker(() => startEngine(models.read), log, {
  lost: () => l10n.t('The engine stopped unexpectedly. Inspect again to start it again.'),
  hung: () => l10n.t('The engine stopped answering and was ended. Inspect again to start it again.'),
  idleMinutes: () => idle,
});
const backend = new LayersBackend(worker.engine, {
  choice: () => 'auto',
  // The engine's worker asks for the GPU itself.
  pageIsThere: () => false,
  remembered: new RememberedSpeeds(browserStore, 'page', version),
  log,
});
const controller = new InspectionController(
  backend.engine,
  {
    request: () => models.request(),
    describe: () => models.describe(),
    ask: (download) => void askToDownload(download),
    read,
    insert,
    isAgreed: () => false,
    agree: () => undefined,
    failed: failureOf,
    failedOther: (error) => failureOf(error).message,
    comparisonEnded: (name) => l10n.t('The comparison with {0} ended with the model that was loaded before.', name),
    l10n,
    keptVectors: new KeptVectors(browserStore),
    notFollowed: () =>
      l10n.t(
        'Edits are not followed: the model runs on a server, which would get the text at every change. Inspect it again once you have changed it.',
      ),
  },
  { changed, inspectionsChanged: () => undefined },
  defaultOptions,
);
const returning = new Returning(controller);
worker.listen({
  ended: () => {
    backend.unloaded();
    controller.unloaded();
  },
  backend: (state) => backend.noted(state),
});
backend.listen((view) => controller.backendChanged(view));

const outlet = browserOutlet(element('status'));
const hashes = new FileHashes(browserStore, 'page', worker, log.error);
const scriptOf = async (file: string) => (await fetch(addressOf(`python/${file}`))).text();
const exporter = new Exporter(backend.engine, controller, outlet, complain, { version, hashOf: hashes.of, scriptOf });
const field = new Field(element('text'), element('marks'), {
  edited(edit) {
    controller.documents.edited(uri, [edit], (start, end) => field.text.slice(start, end));
    keepDraft(field.text);
    // The address holds all of the text, so also what is written around the inspected part.
    const { source } = controller.state;
    if (source) keep({ ...lastKept, start: source.start, end: source.end });
    else fit();
  },
  follow: (position) => void controller.follow(position),
  inspect,
});
const choice = new PageModelChoice(models, {
  element,
  chosen: inspectAgain,
  compared({ path, name }) {
    void controller.compare({ path }, name);
    panel.goTo('both');
  },
  complain: outlet.complain,
});
const link = linkOf(location.hash);
const kept = link?.kept ?? wholeText(sample);
let lastKept = kept;
/** The room of this entry in the browser's history; null until the panel has opened one. */
let roomNow: Room | null = null;
field.text = link?.text ?? sample;
if (link?.model)
  outlet.complain(l10n.t('This link was made with {0}. Open that model to see the same numbers.', link.model));
else if (!link && location.hash.length > 1) outlet.complain(l10n.t('This link has no text. The sample is shown.'));
fit();
const panel = new PanelFrame(
  {
    state: () => controller.state,
    intend,
    keep,
    drawn() {
      void controller.announce();
      void keepForOffline();
    },
    opened: (frame) => choice.takeDropsOn(frame),
  },
  sentences,
  kept,
);
const button = element<HTMLButtonElement>('inspect');
button.addEventListener('click', inspect);
element('copy-link').addEventListener('click', () => void copyLink().catch(complain));
document.addEventListener('selectionchange', () => {
  const { start, end } = field.part;
  button.textContent = end - start === field.text.length ? l10n.t('Inspect the text') : l10n.t('Inspect the selection');
});
window.addEventListener('popstate', ({ state }: PopStateEvent) => {
  const room = rooms.find((one) => one === state);
  if (room) goBackTo(room);
  // Another link in the same tab.
  else location.reload();
});

void begin();

async function begin(): Promise<void> {
  if (showsRecorded(field.text, kept) && !link?.model) {
    const [{ download }, recorded] = await Promise.all([models.describe(), fetchRecorded()]);
    // The user may have asked for something meanwhile.
    if (controller.state.source) return;
    if (download && recorded && (kept.position ?? recorded.position) === recorded.position)
      return recall(controller, models.request(), subjectAt(kept), recorded, kept, download);
  }
  return returning.resume(kept);
}

function changed(change: Partial<PanelState>): void {
  panel.changed(change);
  const { state } = controller;
  hashes.changed(change, state);
  field.show(state);
  choice.show(state);
  returning.changed();
}

function subjectAt({ start, end }: Omit<SubjectPlace, 'uri'>): Subject {
  const { text } = field;
  return {
    uri,
    start,
    end,
    version: 0,
    name: l10n.t('text'),
    text: text.slice(start, end),
    before: cutFromEnd(text.slice(0, start), defaultOptions.contextTokens * charactersPerToken),
    otherSelections: 0,
    wholeLine: false,
  };
}

async function read(place: SubjectPlace): Promise<Subject> {
  const subject = subjectAt(place);
  if (subject.text.trim() === '') throw new EngineError('empty-text', blank());
  return subject;
}

async function insert({ end }: SubjectPlace, text: string): Promise<number> {
  const before = field.text.length;
  field.insert(end, text);
  return field.text.length - before;
}

const blank = () => l10n.t('The text is only whitespace. Type some words.');

function complain(error: unknown): void {
  outlet.complain(failureOf(error).message);
}

/** A browser that refuses shows the page all the same, but not without a network. */
async function keepForOffline(): Promise<void> {
  // A page without a secure address has no workers of this kind.
  if (isOffered && 'serviceWorker' in navigator)
    await navigator.serviceWorker.register(addressOf('offline.js')).catch(() => undefined);
}

/** A yes goes on with the inspection that needs the model. */
async function askToDownload({ name, bytes, from }: Download): Promise<void> {
  const size = megabytes(bytes).replace(' ', '\u00a0');
  const answer = await askInDialog(
    l10n.t(
      'Vectorscope needs the model {0} ({1}). It is downloaded from {2}. This browser keeps it, except in a private or guest window.',
      name,
      size,
      from,
    ),
    [{ text: l10n.t('Download {0}', size), value: 'download' }],
    l10n.t('Not now'),
  );
  if (answer !== undefined) download();
}

function download(): void {
  void models.persist();
  void controller.intend({ type: 'download' });
}

/** With the model that was chosen since. */
function inspectAgain(): void {
  void controller.intend({ type: 'refresh' });
}

function inspect(): void {
  const subject = subjectAt(field.part);
  if (subject.text.trim() === '') return void controller.refuse(blank(), 'sample');
  void controller.inspect(subject);
}

/** The address says what the panel shows, so that a link shows the same. */
function keep(kept: KeptState): void {
  lastKept = kept;
  const [fragment, leftOut] = fit();
  if (controller.state.outOfDate) return;
  const { room } = kept.view;
  const [before, hash] = [location.hash, fragment === null ? '' : `#${fragment}`];
  // In a frame of another page, Back is that page's.
  const change = roomNow !== null && room !== roomNow && window.parent === window ? 'pushState' : 'replaceState';
  if (hash !== before || room !== roomNow) history[change](room, '', `${location.pathname}${location.search}${hash}`);
  roomNow = room;
  // A draft is that of one address, which holds all of the others.
  if (leftOut !== null) keepDraft(field.text, kept);
  else dropDraft(before);
}

/** Back and Forward walk the rooms, each with the text and the position of its address. */
function goBackTo(room: Room): void {
  roomNow = room;
  panel.open(room);
  // A text that was typed since stays.
  if (controller.state.outOfDate) return keepDraft(field.text);
  const [now, shown] = [linkOf(location.hash), lastKept];
  if (!now) return;
  const { text, kept } = now;
  if (text !== field.text) {
    field.text = text;
    void controller.intend({ type: 'compareTexts', text: null });
  } else if (inspectedBy(shown) === inspectedBy(kept)) {
    const { position, tokenId } = kept;
    if (position === null || (position === shown.position && tokenId === shown.tokenId)) return;
    void controller.intend({ type: 'choosePosition', position });
    if (tokenId !== null) void controller.intend({ type: 'chooseToken', id: tokenId });
    return;
  }
  void returning.resume(kept);
}

const inspectedBy = ({ start, end, rooms: { appended } }: KeptState): string => JSON.stringify([start, end, appended]);

/** The draft or the link of an address. The id of another model's token means nothing here. */
function linkOf(hash: string): Link | null {
  const draft = draftOf(hash);
  const link = draft ? { ...draft, model: models.ownName } : readLink(hash.slice(1));
  return link && (link.model === models.ownName ? link : { ...link, kept: { ...link.kept, tokenId: null } });
}

/** The link to what is shown. If the text was edited since its inspection, it selects all of it. Says what fits. */
function fit(): ReturnType<typeof fittingFragment> {
  const { text } = field;
  const { source, outOfDate } = controller.state;
  const { appended: _, ...rooms } = lastKept.rooms;
  const whole = { ...lastKept, start: 0, end: text.length, position: null, tokenId: null, rooms };
  const kept = source && !outOfDate ? lastKept : whole;
  const fitting = fittingFragment({ text, kept, model: models.ownName });
  const all = l10n.t('Your text. No server receives it; a copied link contains it.');
  const without = () => l10n.t('The link leaves the second text out, which is too long for it.');
  const none = () => l10n.t('Your text. No server receives it. It is too long for a link.');
  element('of-text').textContent = fitting[1] === 'text' ? none() : fitting[1] ? `${all} ${without()}` : all;
  return fitting;
}

async function copyLink(): Promise<void> {
  const [fragment] = fit();
  if (fragment === null) return outlet.complain(l10n.t('The text is too long for a link. Save it as a file instead.'));
  await outlet.copy(`${location.origin}${location.pathname}${location.search}#${fragment}`);
  outlet.say(l10n.t('The link is copied. It contains the text.'));
}

const nothing = () => undefined;
const handlers: Handlers<SurfaceIntentName> = {
  ...controller.handlers,
  choosePosition(intent) {
    field.reveal(intent.position);
    if (controller.state.position === intent.position) field.flash(intent.position);
    return controller.handlers.choosePosition(intent);
  },
  copy: (intent) => exporter.copyText(intent, controller.state),
  point: ({ position }) => field.point(position),
  export: (intent) => exporter.answer(intent, controller.state),
  copyPython: (intent) =>
    exporter.copyPython(intent, controller.state, (path) => path.slice(path.lastIndexOf('/') + 1)),
  savePicture: (intent) => exporter.answer(intent, controller.state),
  exportLab: (intent) => exporter.exportLab(intent, controller.state),
  inspect,
  download,
  openSample() {
    field.text = sample;
    inspect();
  },
  openGuide: () => void window.open('guide/index.html', '_blank', 'noopener'),
  showModels: () => choice.ask(),
  compareModels: () => choice.askOther(),
  compareSelection() {
    const { text } = subjectAt(field.part);
    if (isOther(field.part) && text.trim() !== '') return controller.compareText(text, null);
    outlet.complain(l10n.t('Select another part of the text first, or type a text here.'));
  },
  showGeometry() {
    models.useGeometry();
    inspectAgain();
  },
  // The page has no log, no settings, no servers, no workspace, no side bar, no second panel, no long documents and no
  // model files of its own.
  showLog: nothing,
  showSettings: nothing,
  changeKey: nothing,
  manageTrust: nothing,
  openPanel: nothing,
  inspectDocument: nothing,
  revealInDocument: nothing,
  loadGeometry: nothing,
  useFile: nothing,
  compareFile: nothing,
  openTokenizer: nothing,
  measureTensor: nothing,
  stopTensor: nothing,
};
/** Whether a part of the text is selected that is not the inspected one. */
function isOther({ start, end }: Omit<SubjectPlace, 'uri'>): boolean {
  const { source } = controller.state;
  return end - start < field.text.length && !(source?.start === start && source.end === end);
}

function intend(intent: SurfaceIntent): void {
  handle(handlers, intent);
}
