import type { ModelSource } from '../../shared/model';
import type { MetadataValue } from './weights';

/** Keys of a GGUF file, and of a folder's config, that only a geometry read from the Hub has. */
export const sourceKeys = {
  repository: 'vectorscope.source.repository',
  file: 'vectorscope.source.file',
  etag: 'vectorscope.source.etag',
  bytes: 'vectorscope.source.bytes',
} as const;

const longestText = 500;

/** Where a geometry was read, if the keys say so. */
export function geometrySource(keys: ReadonlyMap<string, MetadataValue>): ModelSource | undefined {
  const [repository, file, bytes] = [sourceKeys.repository, sourceKeys.file, sourceKeys.bytes].map((key) =>
    keys.get(key),
  );
  if (typeof repository !== 'string' || typeof file !== 'string' || typeof bytes !== 'number') return undefined;
  if (!Number.isSafeInteger(bytes) || bytes < 0) return undefined;
  return { repository: repository.slice(0, longestText), file: file.slice(0, longestText), bytes };
}
