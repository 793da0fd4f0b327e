/** Whether this is `npm run verify -- samples`, which runs every file that imports this one. */
const all = process.env['VECTORSCOPE_SAMPLES'] === 'all';

/** Chooses `few` in `npm test`, which samples, and `many` in `npm run verify -- samples`. */
export const sampled = <T>(few: T, many: T): T => (all ? many : few);
