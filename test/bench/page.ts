import { lists } from './page/lists';
import { visit } from './page/visit';

// The page without an editor, in a browser that has kept nothing. No time fails.

const views: Readonly<Record<string, () => Promise<void>>> = { lists, visit };
await views[process.argv[2] ?? '']?.();
