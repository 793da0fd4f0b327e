import { InvalidArgumentError } from 'commander';

/** A parser of whole numbers within bounds. */
export const wholeNumber = (least: number, most: number) => (value: string) => {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least || number > most)
    throw new InvalidArgumentError(`${value} is not a whole number from ${least} to ${most}.`);
  return number;
};

/** A parser of numbers that are at least 0. */
export const positiveNumber = (value: string) => {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number < 0)
    throw new InvalidArgumentError(`${value} is not a number of at least 0.`);
  return number;
};
