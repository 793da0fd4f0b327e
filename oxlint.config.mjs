import { walls } from './scripts/lint/walls.mjs';

const alone =
  'No test depends on how fast the machine is: count, or measure in test/bench or a *.bench.ts of test/host.';

export default {
  plugins: ['typescript', 'oxc', 'import', 'promise'],
  categories: { correctness: 'error' },
  options: { typeAware: true, reportUnusedDisableDirectives: 'error' },
  env: { es2024: true },
  ignorePatterns: ['dist/', 'node_modules/', 'test/output/', '.cache/', 'src/kernels/'],
  rules: {
    // Faults that the linter does not count among its own “correctness”.
    eqeqeq: 'error',
    'no-array-constructor': 'error',
    'no-case-declarations': 'error',
    'no-empty': 'error',
    'no-fallthrough': 'error',
    'no-prototype-builtins': 'error',
    'no-redeclare': 'error',
    'no-regex-spaces': 'error',
    'no-unexpected-multiline': 'error',
    'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    'no-useless-assignment': 'error',
    'no-var': 'error',
    'prefer-const': 'error',
    'prefer-rest-params': 'error',
    'prefer-spread': 'error',
    'preserve-caught-error': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/no-empty-object-type': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-namespace': 'error',
    'typescript/no-require-imports': 'error',
    'typescript/no-unnecessary-type-constraint': 'error',
    'typescript/no-unsafe-function-type': 'error',
    // Imports of types count too.
    'import/no-cycle': ['error', { ignoreTypes: false }],
    // Matters of taste, or wrong about what we mean.
    'typescript/await-thenable': 'off',
    'typescript/no-base-to-string': 'off',
    'typescript/no-meaningless-void-operator': 'off',
    'typescript/no-misused-spread': 'off',
    'typescript/no-useless-default-assignment': 'off',
    'typescript/unbound-method': 'off',
  },
  overrides: [
    {
      files: ['**/*.{ts,tsx}'],
      rules: {
        'no-console': 'error',
        'typescript/consistent-type-imports': 'error',
        'typescript/no-misused-promises': 'error',
        'typescript/switch-exhaustiveness-check': 'error',
      },
    },
    {
      files: ['**/*.{js,mjs}'],
      env: { node: true },
      rules: { 'no-undef': 'error' },
    },
    ...walls,
    {
      files: ['test/{unit,host,e2e,page}/**/*.{ts,tsx}'],
      excludeFiles: ['test/host/**/*.bench.ts', 'test/host/place/*.ts'],
      rules: {
        'no-restricted-properties': [
          'error',
          { object: 'performance', property: 'now', message: alone },
          { object: 'place', property: 'measureDelays', message: alone },
        ],
      },
    },
  ],
};
