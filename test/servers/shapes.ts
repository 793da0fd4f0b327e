/** What both servers are asked. */
const requests: readonly { readonly path: string; readonly body?: unknown }[] = [
  { path: '/health' },
  { path: '/props' },
  { path: '/v1/models' },
  { path: '/tokenize', body: { content: 'The capital 👩‍🚀', with_pieces: true, add_special: false } },
  { path: '/embeddings', body: { content: [504, 3575] } },
  { path: '/embeddings', body: { content: [] } },
  { path: '/embeddings', body: { content: [10_000_000] } },
  { path: '/embeddings', body: { content: Array.from({ length: 4000 }, () => 504) } },
  { path: '/completion', body: { prompt: [504, 3575], n_predict: 1, n_probs: 3, temperature: 0, cache_prompt: true } },
  { path: '/completion', body: { prompt: Array.from({ length: 4000 }, () => 504), n_predict: 1 } },
  { path: '/nothing' },
];

interface Answered {
  readonly status: number;
  readonly type: string | null;
  readonly body: unknown;
}

/** Where a copy of a server differs from the real one: its status, or a key or type that the real one lacks. */
export async function differences(copy: string, real: string, key?: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const request of requests) {
    const [a, b] = [await answer(copy, request, key), await answer(real, request, key)];
    const name = `${request.path} ${JSON.stringify(request.body ?? null).slice(0, 60)}`;
    if (a.status !== b.status) found.push(`${name}: status ${a.status}, really ${b.status}`);
    if (a.type !== b.type) found.push(`${name}: content type ${a.type}, really ${b.type}`);
    found.push(...missing(a.body, b.body, '').map((what) => `${name}: ${what}`));
  }
  return found;
}

async function answer(
  address: string,
  { path, body }: (typeof requests)[number],
  key: string | undefined,
): Promise<Answered> {
  const response = await fetch(address + path, {
    headers: { 'Content-Type': 'application/json', ...(key !== undefined && { Authorization: `Bearer ${key}` }) },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  });
  return { status: response.status, type: response.headers.get('Content-Type'), body: await response.json() };
}

/** Keys and types of `a` that `b` has not. Lists are compared by their lengths and their first entries. */
function missing(a: unknown, b: unknown, at: string): string[] {
  if (Array.isArray(a) && Array.isArray(b))
    return [
      ...(a.length === b.length ? [] : [`${at} has ${a.length} entries, really ${b.length}`]),
      ...(a.length > 0 && b.length > 0 ? missing(a[0], b[0], `${at}[0]`) : []),
    ];
  if (isObject(a) && isObject(b))
    return Object.entries(a).flatMap(([key, value]) =>
      key in b ? missing(value, b[key], `${at}.${key}`) : [`${at}.${key} is not there`],
    );
  return kindOf(a) === kindOf(b) ? [] : [`${at} is ${kindOf(a)}, really ${kindOf(b)}`];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value);
