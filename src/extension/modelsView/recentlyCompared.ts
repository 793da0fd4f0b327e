import { isAbsolute } from 'node:path';
import * as v from 'valibot';
import { isAddress } from '../modelPath';
import { KeptList, type Store } from '../store';

const place = v.pipe(
  v.string(),
  v.check((path) => isAbsolute(path) || isAddress(path)),
);

/** The paths of the models that others were compared with on this machine, the last first. */
export const recentlyCompared = (store: Store, machine: string): KeptList<string> =>
  new KeptList(store, `compared@${machine}`, place, 5);
