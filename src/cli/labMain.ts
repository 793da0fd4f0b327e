import { lab } from './lab';
import { runAsProcess } from './process';

await runAsProcess(lab);
