// `npm run verify -- endings` ends the engine at 200 random moments in a real editor, or at as many as
// VECTORSCOPE_KILLS says.
import { fileURLToPath } from 'node:url';

process.env.VECTORSCOPE_KILLS ??= '200';
process.env.VECTORSCOPE_GREP = 'ends at any moment';
process.argv = [process.execPath, fileURLToPath(new URL('./host.mjs', import.meta.url)), 'server', 'long'];
await import('./host.mjs');
