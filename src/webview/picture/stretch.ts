/**
 * How many times larger a picture draws heights than widths: the largest of 1, 2, 3 … 9, 10, 20, 30 … up to `value`,
 * which a caption can say.
 */
export function roundStretch(value: number): number {
  if (!(value >= 2)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * Math.floor(value / power);
}
