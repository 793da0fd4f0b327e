import { inspect } from './inspect';
import { runAsProcess } from './process';

await runAsProcess(inspect);
