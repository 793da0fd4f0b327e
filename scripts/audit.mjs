// Asks the registry for known vulnerabilities of what people run. One of severity high or above fails; a registry that
// gives no answer does not.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * @param {string} printed by `npm audit --json`
 * @returns {{ failed: boolean, line: string }} what came of it, for a person
 */
export function outcomeOfAudit(printed) {
  const report = parsed(printed);
  const counts = report?.metadata?.vulnerabilities;
  if (!counts)
    return {
      failed: false,
      line: `The dependencies were not audited, since the registry gave no answer: ${report?.message ?? 'npm printed no report'}.`,
    };
  const named = Object.entries(report.vulnerabilities ?? {}).map(([name, { severity }]) => `${name} (${severity})`);
  const failed = counts.high + counts.critical > 0;
  if (named.length === 0) return { failed, line: 'No vulnerability is known of the packages that people run.' };
  return {
    failed,
    line: `Vulnerabilities are known of ${named.join(', ')}: run “npm audit --omit=dev” and update ${named.length === 1 ? 'it' : 'them'}.`,
  };
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const { failed, line } = outcomeOfAudit(stdout ?? '');
  console.log(line);
  process.exitCode = failed ? 1 : 0;
}
