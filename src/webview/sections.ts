import { attention } from './attention/section';
import { journey } from './journey/section';
import { lab } from './lab/section';
import { neighbours } from './neighbours/section';
import { nextToken } from './nextToken/section';
import { pipeline } from './pipeline/section';
import { point } from './point/section';
import { position } from './position/section';
import type { Section } from './section';
import { token } from './token/section';
import { tokens } from './tokens/section';
import { vectorscope } from './vectorscope/section';

/** The sections from top to bottom. A new one is a folder with a section.tsx and a line here. */
export const sections: readonly Section[] = [
  point,
  tokens,
  token,
  neighbours,
  vectorscope,
  nextToken,
  attention,
  pipeline,
  journey,
  position,
  lab,
];
