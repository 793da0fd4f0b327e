import { vi } from 'vitest';

// Files that put something in a module's place share a process, which takes long to start, but neither their modules
// nor what they put there.
vi.unstubAllGlobals();
vi.resetModules();
