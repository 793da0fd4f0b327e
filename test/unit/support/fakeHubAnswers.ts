import type {
  HubDownload,
  HubFetchRequest,
  HubFile,
  HubFilesRequest,
  HubGeometry,
  HubListing,
  HubRepository,
} from '../../../src/shared/hub';

const file: HubFile = {
  path: 'model-Q8_0.gguf',
  kind: 'gguf',
  name: 'model-Q8_0.gguf',
  parts: 1,
  bytes: 9000,
  quantisation: 'Q8_0',
};

/** What the fake engine says of a Hub that has one model in every repository. */
export const hubAnswers = {
  hubSearch: (): readonly HubRepository[] => [{ name: 'owner/model', downloads: 5, license: 'mit', gated: false }],
  hubFiles: ({ repository }: HubFilesRequest): HubListing => ({
    repository,
    renamedFrom: null,
    license: 'mit',
    gated: false,
    files: [file],
  }),
  hubGeometry: ({ repository, folder }: HubFetchRequest): HubGeometry => ({
    path: `${folder}/${file.name}`,
    repository,
    file: file.path,
    bytesRead: 1000,
    bytesOfFile: file.bytes,
  }),
  hubDownload: ({ repository, folder }: HubFetchRequest): HubDownload => ({
    path: `${folder}/${file.name}`,
    repository,
    file: file.path,
    bytes: file.bytes,
  }),
};
