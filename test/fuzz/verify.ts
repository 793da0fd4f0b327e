// Hostile input, in processes of its own. Ends with 1 if anything failed.

const parts: Readonly<Record<string, () => Promise<unknown>>> = {
  bounds: () => import('./bounds'),
  mutations: () => import('./mutations'),
  templates: () => import('./hostileTemplates'),
};
await parts[process.argv[2] ?? '']?.();

export {};
