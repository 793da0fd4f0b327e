import { expect, it } from 'vitest';
import { outcomeOfAudit } from '../../../scripts/audit.mjs';

/** As npm prints it. */
const report = (vulnerabilities: Readonly<Record<string, string>>) => {
  const counts: Record<string, number> = { info: 0, low: 0, moderate: 0, high: 0, critical: 0, total: 0 };
  for (const severity of Object.values(vulnerabilities)) counts[severity] = (counts[severity] ?? 0) + 1;
  return JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: Object.fromEntries(
      Object.entries(vulnerabilities).map(([name, severity]) => [name, { name, severity }]),
    ),
    metadata: { vulnerabilities: counts },
  });
};

it('a vulnerability of severity high or above fails', () => {
  expect(outcomeOfAudit(report({ pathe: 'high' }))).toEqual({
    failed: true,
    line: 'Vulnerabilities are known of pathe (high): run “npm audit --omit=dev” and update it.',
  });
  expect(outcomeOfAudit(report({ pathe: 'critical', birpc: 'low' }))).toMatchObject({
    failed: true,
    line: expect.stringContaining('pathe (critical), birpc (low)') as string,
  });
});

it('a lesser one is told', () => {
  expect(outcomeOfAudit(report({ pathe: 'moderate' }))).toMatchObject({
    failed: false,
    line: expect.stringContaining('pathe (moderate)') as string,
  });
  expect(outcomeOfAudit(report({}))).toEqual({
    failed: false,
    line: 'No vulnerability is known of the packages that people run.',
  });
});

it.each([
  [
    'refuses the question',
    JSON.stringify({ message: '405 Method Not Allowed', statusCode: 405, error: { summary: '', detail: '' } }),
    '405 Method Not Allowed',
  ],
  ['cannot be reached', '', 'npm printed no report'],
  ['answers something else', '<html>', 'npm printed no report'],
])('a registry that %s is told, and is no failure', (_, printed, why) => {
  expect(outcomeOfAudit(printed)).toEqual({
    failed: false,
    line: `The dependencies were not audited, since the registry gave no answer: ${why}.`,
  });
});
