import type { Answering, HubCalls } from '../../shared/engine';

/** The engine's calls that ask a Hub. Most people never do, so their code is loaded by the first call. */
export const hubCalls: Answering<keyof HubCalls> = {
  hubSearch: async (request, control = {}) => (await import('./search')).searchHub(request, control),
  hubFiles: async (request, control = {}) => (await import('./repository')).listHub(request, control),
  hubGeometry: async (request, control = {}) => (await import('./geometry')).fetchGeometry(request, control),
  hubDownload: async (request, control = {}) => (await import('./download')).fetchWhole(request, control),
};
