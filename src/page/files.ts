import { defaultModel } from '../shared/defaultModel';

/** The address of a file of the site, from any of its pages. The base path is unknown until the site is served. */
export const addressOf = (file: string): string => new URL(file, document.baseURI).href;

/** Where the site has the model, from its root. */
export const modelFile = `models/${defaultModel.path.slice(defaultModel.path.lastIndexOf('/') + 1)}`;
