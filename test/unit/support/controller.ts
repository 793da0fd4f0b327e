import { InspectionController } from '../../../src/extension/inspection/controller';
import { DocumentKeeper } from '../../../src/extension/inspection/keptDocument';
import { KeptVectors } from '../../../src/extension/inspection/keptVectors';
import type { SubjectPlace, Subject } from '../../../src/extension/inspection/subject';
import type { Store } from '../../../src/extension/store';
import { fenced } from '../../../src/shared/consent';
import type { Engine, LoadRequest } from '../../../src/shared/engine';
import { EngineError } from '../../../src/shared/errors';
import type { Download, PanelState, PanelStatus, UpcomingModel } from '../../../src/shared/panel';
import type { ServerInfo, ServerRequest } from '../../../src/shared/server';
import type { after } from '../../../src/shared/timers';
import { english } from '../../../src/shared/translator';
import { FakeEngine } from './fakeEngine';
import { initialOptions } from './manifest';

/** What was asked for without being waited for has come. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

export const subject = (text: string, more: Partial<Subject> = {}): Subject => ({
  uri: 'file:///a.md',
  version: 1,
  name: 'a.md',
  start: 10,
  end: 10 + text.length,
  text,
  before: 'before ',
  otherSelections: 0,
  wholeLine: false,
  ...more,
});

/** A controller with documents of its own, over a fake engine unless another is given. */
export function setUp(engine?: Engine, schedule?: typeof after) {
  const fake = new FakeEngine();
  const behindFence = fenced(fake.engine, () => (fake.last('load')?.asked as LoadRequest | undefined) ?? null);
  const settings: { path: string; server?: ServerRequest } = { path: '/models/first.gguf' };
  const documents = new Map<string, Subject>();
  /** The places that were read. */
  const reads: SubjectPlace[] = [];
  const failures: unknown[] = [];
  const failuresOfOther: unknown[] = [];
  /** The servers that the user chose in this window, or agreed to. */
  const agreed = new Set<string>();
  /** How the model's file is looked at. */
  const looking = { describe: async (): Promise<UpcomingModel> => ({ name: 'first', bytes: 98 }) };
  /** The downloads that the user was asked about. */
  const asked: Download[] = [];
  const changes: Partial<PanelState>[] = [];
  /** What the editor keeps for every window. */
  const kept = new Map<string, unknown>();
  const store: Store = {
    get: (key) => kept.get(key),
    update: async (key, value) => void kept.set(key, value),
  };
  /** The file of the measurement that is kept, the text that its document reads, and the model's file. */
  const measurement: { bytes: Uint8Array; text: string; file: string } = {
    ...{ bytes: new Uint8Array(), text: '', file: 'as it was' },
  };
  const keeper = new DocumentKeeper({
    read: async () => measurement.bytes,
    write: async (bytes) => void (measurement.bytes = bytes),
    open: async (uri) => ({ uri, name: 'a.md', read: () => measurement.text }),
    fileOf: async () => measurement.file,
    failed: (error) => void failures.push(error),
  });
  const controller = new InspectionController(
    engine ?? behindFence,
    {
      request: () => ({ ...settings }),
      describe: () => looking.describe(),
      ask: (download) => void asked.push(download),
      read: async (place) => {
        reads.push(place);
        const { uri } = place;
        const found = documents.get(uri);
        if (!found) throw new EngineError('bad-request', 'The document is gone.');
        return found;
      },
      insert: async ({ uri, end }, text) => {
        const found = documents.get(uri);
        if (!found) throw new EngineError('bad-request', 'The document is gone.');
        documents.set(uri, { ...found, text: found.text + text, end: end + text.length, version: found.version + 1 });
        return text.length;
      },
      isAgreed: (address) => agreed.has(address),
      agree: (address) => void agreed.add(address),
      failed: (error) => {
        failures.push(error);
        return { message: error instanceof Error ? error.message : 'It failed.', help: null };
      },
      failedOther: (error) => {
        failuresOfOther.push(error);
        return error instanceof Error ? error.message : 'It failed.';
      },
      comparisonEnded: (name) => `The comparison with ${name} has ended.`,
      l10n: english,
      keptVectors: new KeptVectors(store),
      keeper,
      notFollowed: () => 'Edits are not followed.',
    },
    { changed: (change) => void changes.push(change), inspectionsChanged: () => {} },
    initialOptions,
    schedule,
  );
  const statuses = () => changes.flatMap(({ status }) => (status ? [status] : [])) satisfies PanelStatus[];
  return {
    fake,
    engine: behindFence,
    looking,
    settings,
    agreed,
    documents,
    reads,
    failures,
    failuresOfOther,
    asked,
    changes,
    kept,
    store,
    keeper,
    measurement,
    controller,
    statuses,
  };
}

/** One that has inspected a text. */
export async function inspected(text = 'abc') {
  const set = setUp();
  await set.controller.inspect(subject(text));
  return set;
}

export const address = 'http://localhost:8080';
export const serverInfo: ServerInfo = {
  address,
  kind: 'llama.cpp',
  model: 'SmolLM2-135M.gguf',
  gives: 'hidden',
  contextLength: 2048,
  agreement: { tokens: 5, largest: 0.004 },
};

/** The same, where a server runs the model. */
export function setUpServed() {
  const set = setUp();
  set.fake.model = { name: 'SmolLM2-135M', trunk: null, server: serverInfo };
  set.settings.path = address;
  set.settings.server = { address };
  set.agreed.add(address);
  return set;
}
