import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { eventually } from '#kernel/testing';
import { promtool } from '../../../deploy/tools.ts';
import { ApiTestEnvironment } from '../../api/test/api-test-environment.ts';
import { ScaledTestEnvironment } from '../../controller/test/scaled-test-environment.ts';
import { DEPLOY, run } from './manifests.ts';

const RULES = path.join(DEPLOY, 'helm/speedspace/monitoring/alerts.yaml');
const RULE_TESTS = path.join(import.meta.dirname, 'alerts.promtool.yaml');
const DASHBOARD = path.join(DEPLOY, 'helm/speedspace/monitoring/dashboard.json');
/** What Prometheus adds to every series itself. */
const OF_THE_TARGET = ['instance', 'job', 'le'];
/** Their series begin with an archive, which the tests' database does not have. */
const WITHOUT_SERIES = /^speedspace_database_log_/;

interface Expression {
  readonly of: string;
  readonly text: string;
}

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

interface Dashboard {
  readonly panels: readonly { readonly id: number; readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}

/** Names of the series of a scrape, each with the names of its labels. */
function seriesIn(scrape: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const line of scrape.split('\n')) {
    const [, typed, kind] = /^# TYPE (\w+) (\w+)$/.exec(line) ?? [];
    if (typed !== undefined)
      for (const end of kind === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']) found.set(typed + end, new Set());
    const [, name = '', labels = ''] = /^(\w+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) found.get(name)?.add(label);
  }
  return found;
}

/** What is wrong with an expression: metrics that nobody exports, and labels that they do not have. */
function faultsOf(text: string, series: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const faults: string[] = [];
  const labels = new Set(OF_THE_TARGET);
  for (const [, name = '', selector = ''] of text.matchAll(/\b((?:speedspace|nodejs|process)_\w+)(?:\{([^}]*)\})?/g)) {
    const own = series.get(name);
    if (own === undefined) faults.push(`${name} is not exported`);
    for (const label of own ?? []) labels.add(label);
    for (const [, label = ''] of selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)) {
      if (own?.has(label) !== true && !OF_THE_TARGET.includes(label)) faults.push(`${name} has no label ${label}`);
    }
  }
  for (const [, names = ''] of text.matchAll(/\b(?:by|without) \(([^)]*)\)/g)) {
    faults.push(...names.split(', ').flatMap((label) => (labels.has(label) ? [] : [`nothing has a label ${label}`])));
  }
  return faults;
}

describe('what Prometheus and Grafana are given', () => {
  let api: ApiTestEnvironment;
  let controller: ScaledTestEnvironment;
  let series: Map<string, Set<string>>;
  let expressions: Expression[];
  let rules: Rules['groups'][number]['rules'];
  let dashboard: Dashboard;

  beforeAll(async () => {
    [api, controller] = await Promise.all([ApiTestEnvironment.start(), ScaledTestEnvironment.start()]);
    await controller.until(await controller.submit(await controller.funds.company(10_000_000n), '30m'), 'Running');
    const urls = [api.url, await controller.startListening()];
    await fetch(`${api.url}/healthz`);
    const scrape = async (): Promise<string> =>
      (await Promise.all(urls.map(async (url) => await (await fetch(`${url}/metrics`)).text()))).join('\n');
    const text = await eventually('a turn of a loop', scrape, (seen) => seen.includes('speedspace_loop_turn_duration_seconds_count{'));
    series = seriesIn(text);
    rules = (parse(await readFile(RULES, 'utf8')) as Rules).groups.flatMap((group) => group.rules);
    dashboard = JSON.parse(await readFile(DASHBOARD, 'utf8')) as Dashboard;
    expressions = [
      ...rules.map(({ alert, expr }) => ({ of: alert, text: expr })),
      ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ of: title, text: expr }))),
    ];
  });
  afterAll(async () => {
    await Promise.all([api.stop(), controller.stop()]);
  });

  it('asks for metrics and labels that API and controller export', () => {
    expect(expressions.length).toBeGreaterThan(20);
    expect(expressions.flatMap(({ of, text }) => faultsOf(text, series).map((fault) => `${of}: ${fault}`))).toEqual([]);
  });

  it('would find a metric and a label that nobody exports', () => {
    expect(faultsOf('max by (loop) (speedspace_loop_leaders{loop="x"}) == 0', series)).toEqual([
      'speedspace_loop_leaders is not exported',
      'speedspace_loop_leaders has no label loop',
      'nothing has a label loop',
    ]);
    expect(faultsOf('speedspace_jobs{status="Running"}', series)).toEqual(['speedspace_jobs has no label status']);
  });

  it('shows every metric of ours in the dashboard', () => {
    const shown = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join('\n');
    const ours = [...series.keys()]
      .filter((name) => name.startsWith('speedspace_'))
      .map((name) => name.replace(/_(bucket|sum|count)$/, ''));
    expect([...new Set(ours)].filter((name) => !shown.includes(name))).toEqual([
      'speedspace_loop_failures',
      'speedspace_loop_last_success_timestamp_seconds',
    ]);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect([...series].filter(([name, labels]) => WITHOUT_SERIES.test(name) && labels.size > 0)).toEqual([]);
  });

  it('tells in the runbook what to do about each alert, and of no other', async () => {
    const runbook = await readFile(path.join(DEPLOY, 'README.md'), 'utf8');
    const [, section = ''] = /## When an alert fires\n([\s\S]*?)\n## /.exec(runbook) ?? [];
    const explained = [...section.matchAll(/^\| `(Speedspace\w+)`/gm)].map(([, name]) => name);
    expect(explained).toEqual(rules.map(({ alert }) => alert));
  });

  it('has alerts that fire when they should and not before, by promtool', async () => {
    const program = await promtool().catch((error: unknown) => {
      // A machine without Debian's packages: its PROMTOOL is not named.
      process.stderr.write(`The alert rules are not tested: ${String(error)}\n`);
      return undefined;
    });
    if (program === undefined) return;
    const folder = await mkdtemp(path.join(tmpdir(), 'speedspace-rules-'));
    await cp(RULES, path.join(folder, 'alerts.yaml'));
    await cp(RULE_TESTS, path.join(folder, 'tests.yaml'));
    const checked = await run(program, ['check', 'rules', path.join(folder, 'alerts.yaml')]);
    expect(checked).toMatchObject({ code: 0, out: expect.stringContaining(`SUCCESS: ${rules.length} rules found`) as string });
    const tested = await run(program, ['test', 'rules', path.join(folder, 'tests.yaml')]);
    expect(tested).toMatchObject({ code: 0, err: '' });
    const asserted = await readFile(RULE_TESTS, 'utf8');
    expect(rules.filter(({ alert }) => !asserted.includes(`alertname: ${alert}\n        exp_alerts:`))).toEqual([]);
    await rm(folder, { recursive: true });
  });
});
