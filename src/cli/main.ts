import { runAsProcess } from './process';
import { vectorscope } from './vectorscope';

await runAsProcess(vectorscope);
