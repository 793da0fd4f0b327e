/**
 * The engine's floors, top first. A folder imports only from floors below it.
 * ARCHITECTURE.md draws the same picture.
 */
const floors = [
  ['workers'],
  // The engine itself, the files that lie in no folder.
  ['[^/]+[.]ts'],
  ['lab'],
  ['analysis'],
  ['gpu', 'hub'],
  ['model'],
  ['trunk', 'directions'],
  ['architecture'],
  ['kernels', 'onnx'],
  ['servers'],
  ['tokenizer'],
  ['weights'],
  ['tasks'],
  ['platform'],
  ['tools'],
];

const inside = (folder) => `^src/engine/${folder}${folder.endsWith('[.]ts') ? '$' : '/'}`;
/** A rule for each folder: it may not reach anything on its own floor or above, itself aside. */
const oneWayDown = floors.flatMap((floor, level) =>
  floor.map((folder) => ({
    name: `${folder} imports only from below`,
    severity: 'error',
    from: { path: inside(folder) },
    to: {
      path: floors
        .slice(0, level + 1)
        .flat()
        .filter((other) => other !== folder)
        .map(inside),
    },
  })),
);
const known = floors.flat().map(inside);

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'every folder of the engine stands on a floor',
      severity: 'error',
      from: {},
      to: { path: '^src/engine/', pathNot: known },
    },
    ...oneWayDown.filter(({ to }) => to.path.length > 0),
  ],
  options: {
    // Imports of types count too.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    // The kernels are AssemblyScript, which is compiled apart.
    exclude: '^src/kernels/',
  },
};
