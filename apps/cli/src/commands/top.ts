import type { components } from '#api-client';
import { answerOf, connect } from '../api-client.ts';
import { parseCount } from '../arguments.ts';
import type { Column } from '../output.ts';
import { type AddCommands, showAll, type Shown, verb } from './command-context.ts';

type Metrics = components['schemas']['JobMetrics'];
type Replica = Metrics['replicas'][number];
type Measure = 'utilisation' | 'memoryMib';

const values = ({ points }: Replica, measure: Measure): number[] => points.flatMap((point) => point[measure] ?? []);
const shown = (value: number | undefined, unit: string): string => (value === undefined ? '' : `${Math.round(value)}${unit}`);
const mean = (numbers: readonly number[]): number | undefined =>
  numbers.length === 0 ? undefined : numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
const most = (numbers: readonly number[]): number | undefined => (numbers.length === 0 ? undefined : Math.max(...numbers));

const columns: readonly Column<Replica>[] = [
  { title: 'pod', of: ({ replica }) => String(replica), align: 'right' },
  { title: 'last measured', of: ({ points }) => points.at(-1)?.at ?? '' },
  { title: 'utilisation', of: (replica) => shown(values(replica, 'utilisation').at(-1), ' %'), align: 'right' },
  { title: 'mean', of: (replica) => shown(mean(values(replica, 'utilisation')), ' %'), align: 'right' },
  { title: 'memory', of: (replica) => shown(values(replica, 'memoryMib').at(-1), ' MiB'), align: 'right' },
  { title: 'most', of: (replica) => shown(most(values(replica, 'memoryMib')), ' MiB'), align: 'right' },
];

export const addTop: AddCommands = (program, environment) => {
  verb(program, 'top', 'GPU utilisation and memory of each pod of a job', 'mss top job_01j8', 'mss top job_01j8 --attempt 1 -o json')
    .argument('<job>', 'its id')
    .option('--attempt <n>', 'which attempt (default: the last)', parseCount)
    .action(async (id: string, { attempt, ...output }: Shown & { attempt?: number }) => {
      const api = await connect(environment);
      const query = attempt === undefined ? {} : { attempt };
      const metrics = answerOf(await api.GET('/api/v1/jobs/{id}/metrics', { params: { path: { id }, query } }));
      if (!metrics.configured) environment.err('This park measures no GPU utilisation: its operator has not set PROMETHEUS_URL.\n');
      showAll(environment, output, metrics.replicas, columns);
    });
};
