// The kernels: functions over addresses in one memory, without static data, so that several threads can run them over
// the same memory. The caller divides the work.
export { compareRows, measureResidual, measureRows } from './exact';
export { attend } from './attention';
export { multiply } from './multiply';
export { meetKeys, recallState } from './recurrence';
export { activateValues, add, layerNorm, multiplyElements, rmsNorm, rotary, sizes } from './rows';
export { addToSoftmax, blankLanes, clearLists, clearSoftmax, countBefore, reach, select } from './search';
export { multiplyRow, unpack } from './unpack';
