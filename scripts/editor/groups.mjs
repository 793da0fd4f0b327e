// Groups of processes, which end together.
import { spawnSync } from 'node:child_process';

/** Windows has no groups, and would open a console for a detached process. */
export const detached = process.platform !== 'win32';

/**
 * Ends a process that was started with `detached`, and all that it started. Windows ends them at once, whatever the
 * signal.
 * @param {number | undefined} pid undefined where the process could not be started
 * @param {NodeJS.Signals} signal
 * @param {{ platform?: string, kill?: (pid: number, signal: NodeJS.Signals) => unknown, run?: (program: string, args:
 * readonly string[], options: import('node:child_process').SpawnSyncOptions) => unknown }} [system]
 */
export function endGroup(pid, signal, { platform = process.platform, kill = process.kill, run = spawnSync } = {}) {
  if (pid === undefined) return;
  try {
    if (platform === 'win32') run('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' });
    else kill(-pid, signal);
  } catch {
    // The whole group has ended already.
  }
}
