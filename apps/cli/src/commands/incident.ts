import { formatGpuHours } from '#kernel';
import { answerOf, connect } from '../api-client.ts';
import type { components } from '#api-client';
import { factColumns } from '../facts.ts';
import { idempotencyKey } from '../request-headers.ts';
import { type Column, type Format, render } from '../output.ts';
import { showDecision, reportWaiting } from './decision.ts';
import { type AddCommands, examples, outputOption } from './command-context.ts';

type Incident = components['schemas']['Incident'];
type Affected = components['schemas']['AffectedAttempt'];
type Refund = Incident['refunds'][number];
type Heading = Omit<Incident, 'refunds' | 'refundedGpuSeconds'>;

interface OpenOptions {
  readonly output: Format;
  readonly reason: string;
  readonly node?: string;
  readonly from?: string;
  readonly until?: string;
  readonly attempt?: string[];
  readonly preview?: true;
}

const hours = (gpuSeconds: number): string => formatGpuHours(BigInt(gpuSeconds));

const refundColumns: Column<Omit<Refund, 'reversedAt'>>[] = [
  { title: 'attempt', of: ({ attempt }) => attempt },
  { title: 'company', of: ({ tenantId }) => tenantId },
  { title: 'since', of: ({ since, fromCheckpoint }) => `${since} (${fromCheckpoint ? 'checkpoint' : 'start'})` },
  { title: 'GPU-hours', of: ({ refundedGpuSeconds }) => hours(refundedGpuSeconds), align: 'right' },
];

const affectedColumns: Column<Affected>[] = [
  ...refundColumns,
  { title: 'ended', of: ({ endedAt }) => endedAt },
  { title: 'how', of: ({ end, reason }) => reason ?? end },
  { title: 'nodes', of: ({ nodes }) => nodes.join(', ') },
  { title: 'second person', of: ({ secondPerson }) => secondPerson ?? '' },
];

const headingColumns: Column<Heading>[] = [
  { title: 'id', of: ({ id }) => id },
  { title: 'opened', of: ({ openedAt }) => openedAt },
  { title: 'by', of: ({ openedBy }) => openedBy },
  { title: 'node', of: ({ node }) => node ?? '' },
  { title: 'reason', of: ({ reason }) => reason },
];

const addOpen: AddCommands = (incident, environment) => {
  incident
    .command('open')
    .description('state that the platform failed jobs; what each used since its last checkpoint is credited back')
    .requiredOption('--reason <text>', 'what happened')
    .option('--node <name>', 'the node that failed')
    .option('--from <instant>', 'when the failure began, RFC 3339')
    .option('--until <instant>', 'when it was over, RFC 3339')
    .option('--attempt <job/number...>', 'attempts by name instead of a span of time')
    .option('--preview', 'only show what it would concern')
    .addOption(outputOption())
    .addHelpText(
      'after',
      examples(
        'mss incident open --reason "node lost" --node gpu-3 --from 2026-11-24T01:00:00Z --until 2026-11-24T02:00:00Z --preview',
        'mss incident open --reason "killed by an upgrade" --attempt job_01j8/1 job_01j9/2',
      ),
    )
    .action(async ({ output, preview, reason, node, from, until, attempt }: OpenOptions) => {
      const api = await connect(environment);
      const selection = {
        ...(attempt !== undefined && { attempts: attempt }),
        ...(node !== undefined && { node }),
        ...(from !== undefined && { from }),
        ...(until !== undefined && { until }),
      };
      if (preview === true) {
        const { items } = answerOf(await api.POST('/api/v1/incidents/preview', { body: selection }));
        environment.out(render(output, items, affectedColumns, items));
        return;
      }
      const opened = answerOf(
        await api.POST('/api/v1/incidents', { params: { header: idempotencyKey() }, body: { reason, ...selection } }),
      );
      environment.out(render(output, opened, refundColumns, opened.refunds));
      environment.err(`${opened.id}: ${hours(opened.refundedGpuSeconds)} GPU-hours are credited back.\n`);
      reportWaiting(environment, opened.decision);
    });
};

const addList: AddCommands = (incident, environment) => {
  incident
    .command('ls')
    .description('incidents, the latest first; with --candidates, what might be one')
    .option('--candidates', 'attempts that the cluster was seen to fail and that were not refunded')
    .addOption(outputOption())
    .addHelpText('after', examples('mss incident ls', 'mss incident ls --candidates'))
    .action(async ({ output, candidates }: { output: Format; candidates?: true }) => {
      const api = await connect(environment);
      if (candidates === true) {
        const { items } = answerOf(await api.GET('/api/v1/incidents/candidates'));
        environment.out(render(output, items, affectedColumns, items));
        return;
      }
      const { items } = answerOf(await api.GET('/api/v1/incidents', { params: { query: { limit: 200 } } }));
      environment.out(render(output, items, headingColumns, items));
    });
};

const addShow: AddCommands = (incident, environment) => {
  incident
    .command('show')
    .description('all about an incident')
    .argument('<incident>', 'its id')
    .addOption(outputOption())
    .addHelpText('after', examples('mss incident show incident_01j8'))
    .action(async (id: string, { output }: { output: Format }) => {
      const found = answerOf(await (await connect(environment)).GET('/api/v1/incidents/{id}', { params: { path: { id } } }));
      const facts = [
        { name: 'id', value: found.id },
        { name: 'reason', value: found.reason },
        { name: 'node', value: found.node ?? '' },
        { name: 'from', value: found.from ?? '' },
        { name: 'until', value: found.until ?? '' },
        { name: 'opened', value: `${found.openedAt} by ${found.openedBy}` },
        ...found.refunds.map((refund) => ({
          name: refund.attempt,
          value: `${hours(refund.refundedGpuSeconds)} GPU-hours${refund.reversedAt === null ? '' : `, taken back ${refund.reversedAt}`}`,
        })),
      ];
      environment.out(render(output, found, factColumns, facts));
    });
};

const addReverse: AddCommands = (incident, environment) => {
  incident
    .command('reverse')
    .description('propose to charge again what was refunded by mistake; another operator confirms it')
    .argument('<incident>', 'its id')
    .requiredOption('--reason <text>', 'what was wrong with it')
    .option('--attempt <job/number...>', 'attempts whose refund is taken back; all of the incident by default')
    .addOption(outputOption())
    .addHelpText('after', examples('mss incident reverse incident_01j8 --reason "it was another node" --attempt job_01j8/1'))
    .action(async (id: string, { output, reason, attempt }: { output: Format; reason: string; attempt?: string[] }) => {
      const api = await connect(environment);
      const body = { reason, ...(attempt !== undefined && { attempts: attempt }) };
      const decision = answerOf(
        await api.POST('/api/v1/incidents/{id}/reversal', { params: { path: { id }, header: idempotencyKey() }, body }),
      );
      showDecision(environment, { output }, decision);
      reportWaiting(environment, decision);
    });
};

export const addIncident: AddCommands = (program, environment) => {
  const incident = program.command('incident').description('failures of the platform, for operators');
  for (const add of [addOpen, addReverse, addList, addShow]) add(incident, environment);
};
