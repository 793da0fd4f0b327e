export { fetchWhole } from './download';
export { fetchGeometry } from './geometry';
export { listHub } from './repository';
export { searchHub } from './search';
