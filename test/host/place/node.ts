import Mocha from 'mocha';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Place } from './place';

/** The variable that names the results file; what starts the tests reads it while they run. */
const variable = 'VECTORSCOPE_TEST_RESULTS';
const toMilliseconds = (nanoseconds: number) => nanoseconds / 1e6;

/** Linux counts for how long a thread was ready and all cores were taken by others. */
const schedule = '/proc/thread-self/schedstat';
const isCounted = existsSync(schedule);
/** How long this thread has waited for a core so far, milliseconds; 0 where nobody counts it. */
const waitedForCore = () => (isCounted ? toMilliseconds(Number(readFileSync(schedule, 'latin1').split(' ')[1])) : 0);

export const place: Place = {
  Mocha,
  some: process.env['VECTORSCOPE_GREP'],
  // Written at once, so that what ran before a crash still counts.
  report(line) {
    const file = process.env[variable];
    if (!file) throw new Error(`The variable ${variable} must name a file for the results.`);
    appendFileSync(file, `${line}\n`);
  },
  reported: () => Promise.resolve(),
  // It comes with the package.
  storeModel: () => Promise.resolve(),
  entry: 'main',
  readCode(extension) {
    const code = join(extension.extensionPath, (extension.packageJSON as { main: string }).main);
    const [start, before] = [performance.now(), process.cpuUsage()];
    // The editor reads the same file through the same cache.
    createRequire(code)(code);
    const { user, system } = process.cpuUsage(before);
    return Promise.resolve(Math.min(performance.now() - start, (user + system) / 1000));
  },
  measureDelays() {
    const monitor = monitorEventLoopDelay({ resolution: 1 });
    monitor.enable();
    let longest = 0;
    let [last, waited] = [performance.now(), waitedForCore()];
    const timer = setInterval(() => {
      const [now, waitedNow] = [performance.now(), waitedForCore()];
      longest = Math.max(longest, now - last - (waitedNow - waited));
      [last, waited] = [now, waitedNow];
    }, 1);
    return () => {
      monitor.disable();
      clearInterval(timer);
      return { p99: toMilliseconds(monitor.percentile(99)), longest };
    };
  },
};
