import { documentOpen } from './files/documentOpen';
import { geometry } from './files/geometry';
import { hub } from './files/hub';
import { memory } from './files/memory';

// Large files, which are written or made up. No time fails.

const questions: Readonly<Record<string, (path?: string) => Promise<void>>> = {
  ...{ 'document-open': documentOpen, geometry, hub, memory },
};
const [name = '', path] = process.argv.slice(2);
await questions[name]?.(path);
process.exit();
