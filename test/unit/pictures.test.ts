import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { pictures as ofEditor } from '../e2e/support/pictures';
import { fileOf, folders } from '../page/support/pictureFiles';
import { pictures as ofPanel } from '../page/support/pictures';

it('are drawn by a record each, and each record has a picture', () => {
  const files = folders.flatMap((folder) =>
    readdirSync(folder).flatMap((file) => (file.endsWith('.webp') ? [`${folder}/${file}`] : [])),
  );
  expect(files.sort()).toEqual([...ofPanel, ...ofEditor].map(fileOf).sort());
});
