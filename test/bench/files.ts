import { documentOpen } from './files/documentOpen';
import { geometry } from './files/geometry';
import { hub } from './files/hub';

// A file of 20 GB, in a process as the extension starts it from `dist`. No time fails.

const readings: Readonly<Record<string, () => Promise<void>>> = { 'document-open': documentOpen, geometry, hub };
await readings[process.argv[2] ?? '']?.();
process.exit();
