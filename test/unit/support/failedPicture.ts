/**
 * The name of the picture of a failed test. Windows, and what GitHub keeps of a run, allow fewer characters than the
 * name of a test has.
 */
export const failedPicture = (test: string): string =>
  `failed, ${test.replaceAll(/[\\/:*?"<>|\r\n]/g, '_').slice(0, 150)}`;
