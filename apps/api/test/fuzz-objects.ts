import { syntheticCreditCode } from '#tenancy';
import type { Answer, ApiTestEnvironment, Call } from './api-test-environment.ts';

/** Objects that exist before the random requests, so that a request can be right. */
export interface FuzzObjects {
  /** The id that follows a word of a path, such as `grants` in `/grants/{id}`. */
  readonly inPaths: Readonly<Record<string, string>>;
  /** The value of a property or query parameter by its name. */
  readonly inValues: Readonly<Record<string, unknown>>;
}

const CLASS = 'h800';
const MONTH = '2026-09';
const PERIOD = { validFrom: '2026-01-01T00:00:00Z', validUntil: '2027-12-31T00:00:00Z' };

interface People {
  readonly administrator: Call;
  readonly reviewer: Call;
  readonly finance: Call;
  readonly operator: Call;
  readonly owner: Call;
  readonly ownerId: string;
}

/** Makes one of each object through the API itself. */
export async function makeObjects(environment: ApiTestEnvironment, company: { readonly id: string }, people: People): Promise<FuzzObjects> {
  const { administrator, reviewer, finance, operator, owner } = people;
  let requests = 0;
  const made = async (call: Call, method: string, path: string, body?: unknown, version?: number): Promise<Answer['body']> => {
    const answer = await call(method, path, body, {
      'idempotency-key': `fuzz-${++requests}`,
      ...(version !== undefined && { 'if-match': `"${version}"` }),
    });
    if (answer.status >= 400) throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body as unknown;
  };
  const idOf = async (...request: Parameters<typeof made>): Promise<string> => ((await made(...request)) as { id: string }).id;

  await made(administrator, 'POST', '/gpu-classes', { code: CLASS, name: 'H800', nodeSelector: { gpu: CLASS } });
  await made(administrator, 'POST', `/gpu-classes/${CLASS}/prices`, { from: PERIOD.validFrom, fenPerGpuHour: 1250 });
  const programme = await idOf(administrator, 'POST', '/programmes', {
    ...{ code: 'xuhui', name: '徐汇算力补贴', funder: '徐汇区', unit: 'CNY', coverageBp: 5000, priority: 10, classes: [CLASS], ...PERIOD },
  });
  await made(administrator, 'PUT', `/programmes/${programme}/status`, { status: 'open' }, 1);
  await made(administrator, 'POST', `/programmes/${programme}/appropriations`, { amount: 1_000_000_000 });
  const asked = { kind: 'grant', programmeId: programme, purpose: '微调', amount: 100_000, ...PERIOD };
  const granted = await idOf(owner, 'POST', '/applications', asked);
  await made(owner, 'POST', `/applications/${granted}/submit`, undefined, 1);
  await made(reviewer, 'POST', `/applications/${granted}/review`, { verdict: 'recommend', opinion: '同意' }, 2);
  await made(administrator, 'POST', `/applications/${granted}/decision`, { verdict: 'approve', opinion: '批准' }, 3);
  const { items: grants } = (await made(owner, 'GET', '/grants')) as { items: { id: string }[] };
  const application = await idOf(owner, 'POST', '/applications', asked);
  const transfers = `/companies/${company.id}/transfers`;
  const { call: colleague } = await environment.person('finance');
  const transfer = await idOf(finance, 'POST', transfers, { amountFen: 100_000_000, reference: '电汇 7', paidOn: '2026-10-01' });
  const proof = { 'content-type': 'application/octet-stream' };
  await finance('PUT', `${transfers}/${transfer}/proof?fileName=p.pdf`, '%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n', proof);
  await made(colleague, 'POST', `${transfers}/${transfer}/confirmation`, {});
  await made(owner, 'POST', `/companies/${company.id}/projects`, { code: 'chat', title: '客服大模型' });
  const job = await idOf(owner, 'POST', '/jobs', {
    ...{ apiVersion: 'speedspace.io/v1', kind: 'Job', metadata: { name: 'sft' } },
    spec: { gpuClass: CLASS, gpusPerReplica: 8, image: 'registry.park.example/train:1', maxRuntime: '1h', selfPay: true },
  });
  await made(owner, 'POST', '/secrets', { name: 'wandb', kind: 'environment', values: { TOKEN: 'x' } });
  const { items: lines } = (await made(owner, 'GET', `/companies/${company.id}/wallet/entries`)) as {
    items: { entryId: string }[];
  };
  const incident = await idOf(operator, 'POST', '/incidents', {
    ...{ reason: '节点断电', node: 'gpu-1', from: '2026-10-01T00:00:00Z', until: '2026-10-01T01:00:00Z' },
  });
  const { user } = (await made(administrator, 'POST', '/users', { email: 'fuzzed@example.com', name: '新同事' })) as {
    user: { id: string };
  };
  return {
    inPaths: {
      ...{ companies: company.id, members: people.ownerId, programmes: programme, grants: grants[0]?.id ?? '', applications: application },
      ...{ transfers: transfer, jobs: job, incidents: incident, users: user.id, 'gpu-classes': CLASS, months: MONTH },
      ...{ entries: lines[0]?.entryId ?? '', statements: MONTH, settlements: MONTH },
      ...{ 'concurrency-limits': CLASS, limits: 'park', 'limit-groups': 'fuzzed', secrets: 'wandb', projects: 'chat' },
    },
    inValues: {
      ...{ gpuClass: CLASS, classes: [CLASS], programmeId: programme, companyId: company.id, jobId: job, month: MONTH },
      ...{ tenantId: company.id, userId: people.ownerId, creditCode: syntheticCreditCode(780_001), image: 'registry.park.example/train:1' },
      ...{ maxRuntime: '1h', grace: '30s', cpu: '8', memory: '64Gi', gpusPerReplica: 8, replicas: 1, selfPay: true, env: {} },
      ...{ values: { TOKEN: 'x' }, server: 'registry.example.com', username: 'robot' },
      ...{
        vendor: 'nvidia',
        resourceName: 'nvidia.com/gpu',
        nodeSelector: { gpu: CLASS },
        runtimeClassName: 'kata-gpu',
        tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'training', effect: 'NoSchedule' }],
        gpusPerNode: 8,
        // Jobs are submitted to this class after its change: it has to take them.
        active: true,
        coverageBp: 5_000,
        fenPerGpuHour: 1_250,
      },
      ...{ node: 'gpu-1', from: '2026-10-01T00:00:00Z', until: '2026-10-01T01:00:00Z', amount: 1_000, ...PERIOD },
      contacts: [{ kind: 'finance', name: '王芳', email: 'wang@example.com' }],
    },
  };
}
