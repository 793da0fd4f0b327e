/** The folder of the browser's storage that holds models, each under its SHA-256. */
export const modelFolder = 'models';

/** An empty file that marks a complete model. */
export const wholeMark = (sha256: string): string => `${sha256}.whole`;
