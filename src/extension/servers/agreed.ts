import * as v from 'valibot';
import { KeptList, type Store } from '../store';

/**
 * The servers that the user chose in a window of this workspace, or agreed to send text to. A new window starts with
 * the model that another one chose last, which may be on a server. `store` belongs to the workspace.
 */
export const agreedServers = (store: Store): KeptList<string> => new KeptList(store, 'agreed servers', v.string(), 20);
