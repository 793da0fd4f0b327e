// The service worker: without a network it gives the page the files that were kept at its last visit. With one, the
// browser fetches as if there were no worker, so that a page never mixes files of two versions of the site.

/** The files of the page, from its root, and a hash of their contents: constants of the build. */
declare const files: readonly string[];
declare const contents: string;

/** The used parts of a service worker and its events, whose own types need another library than a page's. */
interface WorkerEvent extends Event {
  readonly request: Request;
  waitUntil(work: Promise<unknown>): void;
  respondWith(answer: Promise<Response>): void;
}
interface Worker extends EventTarget {
  readonly registration: ServiceWorkerRegistration;
  skipWaiting(): Promise<void>;
}

const worker = self as unknown as Worker;
const root = worker.registration.scope;
/** Another site may stand under the same origin. */
const prefix = `vectorscope ${root} `;
const cacheName = `${prefix}${contents}`;
/** The model has a place of its own. */
const models = new URL('models/', root).href;
const page = new Set(files.map((file) => new URL(file, root).href));

async function keepPage(): Promise<void> {
  const cache = await caches.open(cacheName);
  // Past the browser's own cache, which may hold files of the version before.
  await cache.addAll([...page].map((address) => new Request(address, { cache: 'no-cache' })));
  await worker.skipWaiting();
}

async function dropOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(prefix) && name !== cacheName).map((name) => caches.delete(name)),
  );
}

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  try {
    const response = await fetch(request);
    // Pages of the guide, vocabularies and the runtime for the GPU are kept once they were used, where there is room.
    if (response.status === 200 && !page.has(addressOf(request)))
      await cache.put(addressOf(request), response.clone()).catch(() => undefined);
    return response;
  } catch (error) {
    const kept = await cache.match(addressOf(request));
    if (!kept) throw error;
    return kept;
  }
}

/** Without the language that it names, and the text that a link holds: that is never kept. */
const addressOf = ({ url }: Request): string => url.replace(/[?#].*/, '').replace(/\/index\.html$/, '/');

worker.addEventListener('install', (event) => (event as WorkerEvent).waitUntil(keepPage()));
worker.addEventListener('activate', (event) => (event as WorkerEvent).waitUntil(dropOthers()));
worker.addEventListener('fetch', (event) => {
  const { request } = event as WorkerEvent;
  if (request.method === 'GET' && request.url.startsWith(root) && !request.url.startsWith(models))
    (event as WorkerEvent).respondWith(answer(request));
});
