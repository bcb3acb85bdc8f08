import type { ChangedObject } from '#database';
import { type Action, canRead, may, type Principal } from '#identity';

interface Topic {
  /** Who may take it learns of changes. */
  readonly action: Action;
  /** Changes of no single company concern the people of companies too. */
  readonly isShared?: boolean;
}

/** What a stream of changes reports, by the topics that the triggers of the database write. */
const TOPICS = {
  jobs: { action: 'job.read' },
  applications: { action: 'application.read' },
  grants: { action: 'grant.read' },
  /** Entries of the ledger: what grants, wallets and budgets have left. */
  balances: { action: 'grant.read' },
  transfers: { action: 'wallet.read' },
  notices: { action: 'self.read' },
  months: { action: 'statement.read', isShared: true },
  reconciliation: { action: 'reconciliation.read' },
  decisions: { action: 'decision.read' },
  companies: { action: 'company.read' },
  members: { action: 'member.read' },
  programmes: { action: 'programme.read', isShared: true },
  catalog: { action: 'catalog.read', isShared: true },
  limits: { action: 'company.read' },
  incidents: { action: 'incident.read' },
  /** Pods that started or ended. */
  cluster: { action: 'cluster.read' },
} as const satisfies Record<string, Topic>;

type TopicName = keyof typeof TOPICS;

export const CHANGE_TOPICS = Object.keys(TOPICS) as readonly TopicName[];

function topicOf(name: string): Topic | undefined {
  return name in TOPICS ? TOPICS[name as TopicName] : undefined;
}

/** The topics of which `principal` learns. */
export function topicsFor(principal: Principal): TopicName[] {
  return CHANGE_TOPICS.filter((name) => may(principal, TOPICS[name].action));
}

/** Whether `principal` may learn that an object changed: only of what they may read. */
export function concerns(principal: Principal, change: ChangedObject): boolean {
  const topic = topicOf(change.topic);
  if (topic === undefined || !may(principal, topic.action)) return false;
  if (change.userId !== null) return change.userId === principal.id;
  const isOfPark = principal.tenantId === undefined;
  if (change.audience === (isOfPark ? 'company' : 'park')) return false;
  return change.tenantId === null ? isOfPark || topic.isShared === true : canRead(principal, change.tenantId);
}
