/** A JSON Schema as zod writes it. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  /** The first of `.meta({ examples: […] })` in a schema; Nest writes it here. */
  readonly example?: unknown;
  readonly examples?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly additionalProperties?: boolean | JsonSchema;
}

const ULID = '01m87dd5ep5z67vz613k1z6nkn';
const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2026-10-01T00:00:00.000Z',
  date: '2026-10-01',
  email: 'engineer@jiding.example',
  uri: 'https://compute.park.example',
};
/** Texts for fields with a pattern. The first that matches is the example. */
const HASH = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const KEY_ID = HASH.slice(0, 32);
const TEXTS = [
  ...[`job_${ULID}/1`, '2026-10', 'h800', 'xuhui-2026', '91310104MA1FR0000X', '123456', '/grants', '1:2', 'text', 'QUJD'],
  ...[HASH, KEY_ID],
];
/** Texts for fields without a pattern, by the name of the field. */
const TEXTS_BY_FIELD: Readonly<Record<string, string>> = {
  accessToken: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl',
  account: `grant:grant_${ULID}:available`,
  action: 'application.approved',
  actor: `user_${ULID}`,
  address: '203.0.113.7',
  admissionId: `job_${ULID}/1`,
  applicationId: `application_${ULID}`,
  args: '--epochs=3',
  attempt: `job_${ULID}/1`,
  body: '请补充预算明细。',
  by: '周明',
  changedBy: 'kubectl-edit',
  classes: 'h800',
  closedBy: '何佳',
  code: 'xuhui-2026',
  command: 'python',
  comment: '金额合理，同意。',
  createdBy: `user_${ULID}`,
  company: 'jiding',
  companyId: `company_${ULID}`,
  companyName: '极订科技',
  contactName: '李岩',
  contactPhone: '+86 21 5555 0100',
  correctedBy: 'entry_0000000000042',
  corrects: 'entry_0000000000041',
  cpu: '8',
  creditCode: '91310104MA1FR0000X',
  decisionId: `decision_${ULID}`,
  detail: 'All pods ended with exit code 0.',
  assumption: 'Running jobs and the jobs before it use their whole max runtime.',
  parent: 'park',
  digest: HASH,
  documents: '徐财〔2026〕7号',
  email: FORMATS['email'] as string,
  en: 'Your job will be stopped within an hour for lack of funds.',
  end: 'rolled-back',
  entryId: `entry_${ULID}`,
  eventId: `event_${ULID}`,
  fault: 'hash',
  field: 'spec.hard.pods',
  fileName: '计划书.pdf',
  formerCompanyNames: '极订智能',
  formerNames: '算力补贴试行',
  found: '"5"',
  funder: '徐汇区科委',
  gpuClass: 'h800',
  grantId: `grant_${ULID}`,
  hash: HASH,
  hashAt: HASH,
  head: HASH,
  id: ULID,
  image: 'registry.park.example/jiding/train:1.4',
  jobId: `job_${ULID}`,
  jobName: 'llama-finetune',
  key: 'dedicated',
  keyId: KEY_ID,
  keys: 'WANDB_API_KEY',
  kind: 'grant',
  knownAdmissionId: `job_${ULID}/1`,
  lastFailure: 'The database cannot be reached.',
  lastUsedBy: `job_${ULID}`,
  leader: 'controller-0/17',
  link: `https://compute.park.example/invitation#mss_inv_${ULID}`,
  maxRuntime: '12h',
  meanings: 'There is no job ….',
  mediaType: 'application/pdf',
  memory: '64Gi',
  message: 'Choose a shorter time.',
  name: '极订科技',
  namespace: 'mss-jiding',
  nextCursor: 'MjAyNi0xMA',
  node: 'gpu-node-07',
  nodes: 'gpu-node-07',
  object: 'ResourceQuota speedspace',
  objectId: `application_${ULID}`,
  objectType: 'application',
  openedBy: '周明',
  opinion: '同意',
  parameter: 'limit',
  park: '模速空间',
  password: 'granite otter 51 window',
  payload: '{"action":"application.approved"}',
  phone: '+86 21 5555 0100',
  placement: 'gpu-node-07',
  plan: '第一季度完成微调，第二季度上线。',
  podUid: '6f2c1f0e-8d0b-4a53-9a4e-2f6f4f9d1c11',
  pointer: '/spec/maxRuntime',
  present: 'granite otter 51 window',
  previousHash: HASH,
  programmeId: `programme_${ULID}`,
  programmeName: '徐汇算力补贴',
  publicKey: 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=',
  purpose: '微调 7B 模型',
  reason: '节点 gpu-node-07 故障',
  reference: '20261001-0042',
  refreshToken: `mss_rt_${ULID}`,
  remedies: 'Check the id, and for which company you act.',
  remedy: 'Close 2026-09 first.',
  requestedBy: '陈岚',
  resourceName: 'nvidia.com/gpu',
  runtimeClassName: 'kata-gpu',
  scopes: 'job.read',
  secondPerson: 'a person cancelled it',
  secret: 'JBSWY3DPEHPK3PXP',
  sessionId: `session_${ULID}`,
  sha256: HASH,
  slug: 'jiding',
  source: `grant:grant_${ULID}`,
  status: 'ok',
  statusReason: '毕业',
  stopReason: 'funds exhausted',
  subject: `company_${ULID}`,
  submittedBy: '李岩',
  summary: '¥600.00 for 极订科技',
  tenantId: `company_${ULID}`,
  timeZone: 'Asia/Shanghai',
  timing: '0 * * * * *',
  title: 'The input is not valid',
  token: `mss_pat_${ULID}`,
  topic: 'funds-warning',
  type: 'urn:speedspace:problem:grant.insufficient',
  uri: 'otpauth://totp/Speedspace:engineer?secret=JBSWY3DPEHPK3PXP',
  userAgent: 'mss/0.1.0',
  userId: `user_${ULID}`,
  value: 'training',
  vendor: 'NVIDIA',
  wanted: '"2000"',
  zh: '您的作业将在一小时内因额度不足而停止。',
};
/** Marks a field without an example. */
export const PLACEHOLDER = 'example';
const DEEPEST = 8;

/**
 * A valid example of `schema`, the same each time, with all optional fields and one item per list.
 * @param field the name of the field with this schema
 */
export function exampleOf(schema: JsonSchema, components: Readonly<Record<string, JsonSchema>>, field = '', depth = 0): unknown {
  const inner = (part: JsonSchema, of = field): unknown => exampleOf(part, components, of, depth + 1);
  if (schema.example !== undefined) return schema.example;
  if (Array.isArray(schema.examples)) return (schema.examples as unknown[])[0];
  if (schema.$ref !== undefined) return depth > DEEPEST ? null : inner(components[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.default !== undefined) return schema.default;
  const variant = (schema.anyOf ?? schema.oneOf ?? []).find(({ type }) => type !== 'null');
  if (variant !== undefined) return inner(variant);
  if (schema.allOf !== undefined) return Object.assign({}, ...schema.allOf.map((part) => inner(part))) as unknown;
  switch (Array.isArray(schema.type) ? (schema.type as string[])[0] : schema.type) {
    case 'string':
      return textOf(schema, field);
    case 'integer':
    case 'number':
      return Math.min(Math.max(1, schema.minimum ?? 0, (schema.exclusiveMinimum ?? 0) + 1), schema.maximum ?? Infinity);
    case 'boolean':
      return true;
    case 'array':
      return [inner(schema.items ?? {})];
    case 'object':
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, part]) => [name, inner(part, name)]));
    case 'null':
      return null;
    default:
      return {};
  }
}

function textOf({ format, pattern, minLength = 0, maxLength = Infinity }: JsonSchema, field: string): string {
  const fits = (text: string): boolean => text.length >= minLength && text.length <= maxLength;
  const formatted = FORMATS[format ?? ''];
  if (formatted !== undefined) return formatted;
  // Without a match, the test of the document fails: add a text above, or an example to the schema with .meta({ examples: […] }).
  if (pattern === undefined) return [TEXTS_BY_FIELD[field] ?? PLACEHOLDER].find(fits) ?? PLACEHOLDER;
  const prefix = /^\^(\w+)_\[0-9a-z\]\+\$$/.exec(pattern)?.[1];
  if (prefix !== undefined) return `${prefix}_${ULID}`;
  const expression = new RegExp(pattern, 'u');
  return TEXTS.find((text) => expression.test(text) && fits(text)) ?? PLACEHOLDER;
}
