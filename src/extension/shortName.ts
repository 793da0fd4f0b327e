/** A model's name without the ending that all that chat have: `SmolLM2-135M`. */
export const shortName = (name: string): string => name.replace(/[-_](instruct|chat|it)$/i, '');
