import Table from 'cli-table3';

export type Verdict = 'passed' | 'failed' | 'not tried';

/** What came of one feature. */
export interface FeatureReport {
  readonly feature: string;
  readonly verdict: Verdict;
  readonly seconds: number;
  /** What was seen, what was wrong, or what would be needed to try it here. */
  readonly observation: string;
}

/** What came of a run. */
export interface ContractReport {
  readonly kubernetes: string;
  readonly simulated: boolean;
  readonly features: readonly FeatureReport[];
  /** What is left in the cluster, or could not be cleaned up; empty when the run left nothing. */
  readonly leftovers: readonly string[];
}

export function hasPassed({ features, leftovers }: ContractReport): boolean {
  return leftovers.length === 0 && features.every(({ verdict }) => verdict !== 'failed');
}

/** The report as people read it. */
export function renderReport(report: ContractReport): string {
  const table = new Table({
    head: ['feature', 'verdict', 'seconds', 'what it saw'],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [38, 11, 9, 90],
  });
  for (const { feature, verdict, seconds, observation } of report.features) table.push([feature, verdict, seconds.toFixed(1), observation]);
  const count = (verdict: Verdict): number => report.features.filter((each) => each.verdict === verdict).length;
  const left = report.leftovers.length === 0 ? 'Nothing was left in the cluster.' : `Left in the cluster: ${report.leftovers.join('; ')}.`;
  const kind = report.simulated ? ' (simulated)' : '';
  return [
    `Kubernetes ${report.kubernetes}${kind}: ${count('passed')} passed, ${count('failed')} failed, ${count('not tried')} not tried here.`,
    table.toString(),
    left,
  ].join('\n');
}
