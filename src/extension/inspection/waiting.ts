import type { LoadRequest } from '../../shared/model';
import type { PanelStatus } from '../../shared/panel';
import { serverPlace } from '../../shared/servedName';
import { DownloadNeeded } from './modelInUse';

/** The status of a text that is not sent to the server of a model. */
export const notSent = ({ path, server }: LoadRequest): PanelStatus => ({
  kind: 'not-sent',
  server: serverPlace(server?.address ?? path),
});

/** The status after work that needs a download; `undefined` after any other failure. */
export const notDownloaded = (error: unknown): PanelStatus | undefined =>
  error instanceof DownloadNeeded ? { kind: 'not-downloaded', ...error.download } : undefined;
