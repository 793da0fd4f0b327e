import type { Control, Engine } from '../../shared/engine';
import type {
  HubDownload,
  HubFetchRequest,
  HubFilesRequest,
  HubGeometry,
  HubListing,
  HubRepository,
  HubSearchRequest,
} from '../../shared/hub';

/** The engine's calls that ask a Hub. Most people never do, so their code is loaded by the first call. */
export class HubCalls implements Pick<Engine, 'hubSearch' | 'hubFiles' | 'hubGeometry' | 'hubDownload'> {
  async hubSearch(request: HubSearchRequest, control: Control = {}): Promise<readonly HubRepository[]> {
    return (await import('./search')).searchHub(request, control);
  }

  async hubFiles(request: HubFilesRequest, control: Control = {}): Promise<HubListing> {
    return (await import('./repository')).listHub(request, control);
  }

  async hubGeometry(request: HubFetchRequest, control: Control = {}): Promise<HubGeometry> {
    return (await import('./geometry')).fetchGeometry(request, control);
  }

  async hubDownload(request: HubFetchRequest, control: Control = {}): Promise<HubDownload> {
    return (await import('./download')).fetchWhole(request, control);
  }
}
