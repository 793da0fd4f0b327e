import { sectionsOf, type Room, type SectionId } from '../shared/rooms';
import { attention } from './attention/section';
import { bothBlame } from './both/blame';
import { bothMatrix } from './both/matrix';
import { bothLayers, bothNext } from './both/next';
import { bothSummary } from './both/summary';
import { bothText } from './both/text';
import { continuationSection } from './continuation/section';
import { document } from './document/section';
import { expertsSection } from './experts/section';
import { file, fileMetadata, fileTensors } from './file/section';
import { journey } from './journey/section';
import { sizeMap } from './journey/sizeMap/sizeMap';
import { labSection } from './lab/section';
import { mattersSection } from './matters/section';
import { neighboursSection } from './neighbours/section';
import { neuronsSection } from './neurons/section';
import { nextToken } from './nextToken/section';
import { pipeline } from './pipeline/section';
import { point } from './point/section';
import { positionSection } from './position/section';
import type { Section } from './section';
import { textsLayers, textsNext } from './texts/next';
import { patch } from './texts/patch';
import { texts } from './texts/section';
import { tokenSection } from './token/section';
import { tokenizers } from './tokenizers/section';
import { tokensSection } from './tokens/section';
import { vectorSection, vectorScope } from './vector/section';
import { steer } from './vector/steer';
import { vectorscopeSection } from './vectorscope/section';

const byId: Readonly<Record<SectionId, Section>> = {
  file,
  'file-metadata': fileMetadata,
  'file-tensors': fileTensors,
  point,
  tokens: tokensSection,
  tokenizers,
  pipeline,
  document,
  token: tokenSection,
  neighbours: neighboursSection,
  vectorscope: vectorscopeSection,
  vector: vectorSection,
  'vector-scope': vectorScope,
  steer,
  'next-token': nextToken,
  matters: mattersSection,
  continuation: continuationSection,
  journey,
  attention,
  neurons: neuronsSection,
  experts: expertsSection,
  'size-map': sizeMap,
  position: positionSection,
  texts,
  'texts-next': textsNext,
  'texts-layers': textsLayers,
  patch,
  both: bothSummary,
  'both-text': bothText,
  'both-next': bothNext,
  'both-layers': bothLayers,
  'both-blame': bothBlame,
  'both-matrix': bothMatrix,
  lab: labSection,
};

export const sectionsIn = (room: Room): readonly Section[] => sectionsOf[room].map((id) => byId[id]);

/** The sections, room by room. A new one is a folder with a section.tsx, a line here, and a place in a room. */
export const sections: readonly Section[] = Object.values(sectionsOf).flatMap((ids) => ids.map((id) => byId[id]));
