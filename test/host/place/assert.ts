import { assert as chai, config } from 'chai';

// What failed is shown whole.
config.truncateThreshold = 0;

/** Stands for `node:assert/strict` where there is no Node: the functions of it that the tests use. */
export default {
  ok: chai.isOk,
  equal: chai.strictEqual,
  notEqual: chai.notStrictEqual,
  deepEqual: chai.deepEqual,
  match: chai.match,
  doesNotMatch: chai.notMatch,
};
