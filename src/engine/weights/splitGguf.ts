import { platform } from '#platform';
import { basename } from 'node:path';
import { EngineError, modelMissing, modelUnsupported } from '../../shared/errors';
import { splitName, type SplitName } from '../../shared/modelName';
import { repeatedField, wrongField } from './damaged';
import { readGguf } from './gguf';
import { openSource } from './source';
import { numberOr, type Weights } from './weights';

/** How many files the model of a GGUF file is split into: 1 for most. */
export const partCount = (weights: Weights): number => numberOr(weights, 'split.count', 1);

/**
 * Opens all parts of a model by the path of any part, of which `opened` are the weights. Throws an `EngineError` that
 * names the part that is missing or does not belong to the others. Closes everything that it opened if it throws.
 */
export function openParts(path: string, opened: Weights): Weights {
  const count = partCount(opened);
  const name = splitName(path);
  if (!name || name.count !== count || numberOr(opened, 'split.no', 0) !== name.part) {
    opened.close();
    throw modelUnsupported`“${basename(path)}” is part ${numberOr(opened, 'split.no', 0) + 1} of a model that is split into ${count} files, but its name does not say so. Name the files as llama.cpp does: name-00001-of-${String(count).padStart(5, '0')}.gguf.`;
  }
  const parts: Weights[] = [];
  try {
    for (let part = 0; part < count; part++) parts.push(part === name.part ? opened : openPart(name, part));
    return joinParts(
      parts,
      parts.map((_, part) => basename(name.partAt(part))),
    );
  } catch (error) {
    for (const part of new Set([opened, ...parts])) part.close();
    throw error;
  }
}

function openPart({ count, partAt }: SplitName, part: number): Weights {
  const path = partAt(part);
  if (!platform.exists(path))
    throw modelMissing`The model is split into ${count} files, and “${basename(path)}” is missing beside the others. Copy it there, or choose another model.`;
  const source = openSource(path);
  try {
    return readGguf(source);
  } catch (error) {
    source.close();
    throw error;
  }
}

/** One model of all parts in order. The first part has the keys of the model. */
export function joinParts(parts: readonly Weights[], names: readonly string[]): Weights {
  const [first] = parts;
  if (!first) throw new EngineError('internal', 'A model of no parts was opened.');
  const owners = new Map<string, Weights>();
  for (const [index, part] of parts.entries()) {
    const name = names[index] as string;
    if (partCount(part) !== parts.length || numberOr(part, 'split.no', 0) !== index)
      throw wrongField(
        `${name}: split.no / split.count`,
        `${numberOr(part, 'split.no', 0)} / ${partCount(part)}`,
        `${index} / ${parts.length}`,
      );
    for (const tensor of [...part.tensors.keys(), ...part.unread.keys()]) {
      if (owners.has(tensor)) throw repeatedField(`${name}: ${tensor}`);
      owners.set(tensor, part);
    }
  }
  const total = numberOr(first, 'split.tensors.count', owners.size);
  if (total !== owners.size) throw wrongField('split.tensors.count', total, owners.size);
  // An unknown name is refused by the first part, as by a file of its own.
  const ownerOf = (tensor: string) => owners.get(tensor) ?? first;
  return {
    metadata: first.metadata,
    tensors: new Map(parts.flatMap((part) => [...part.tensors])),
    unread: new Map(parts.flatMap((part) => [...part.unread])),
    fileBytes: parts.reduce((sum, { fileBytes }) => sum + fileBytes, 0),
    files: parts.flatMap(({ files = [] }) => files),
    readRows: (name, start, count, into) => ownerOf(name).readRows(name, start, count, into),
    read: (name, into) => ownerOf(name).read(name, into),
    close: () => parts.forEach((part) => part.close()),
  };
}
