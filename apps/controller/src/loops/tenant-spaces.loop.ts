import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { AuditService, systemActor } from '#audit';
import { ClusterService, type ListedSpaces, namespaceOf, type SpaceRepair } from '#cluster';
import { type LeaderTerm, Transactions } from '#database';
import { JobsService } from '#jobs';
import { Clock } from '#kernel';
import { CompaniesService, type Company } from '#tenancy';
import { ControllerSettings } from '../controller-settings.ts';
import { Leading } from '../schedules/leading.decorator.ts';
import { ClusterCalls } from '../workloads/cluster-calls.ts';

const CONTROLLER = systemActor('controller');
const DAY_MS = 86_400_000;
const PAGE = 500;

/**
 * Keeps the spaces of companies in the cluster in step: makes the missing ones, puts right what somebody changed or deleted, and removes
 * the space of a company that graduated long ago.
 */
@Injectable()
export class TenantSpacesLoop {
  readonly #log = new Logger('tenant-spaces');

  constructor(
    private readonly transactions: Transactions,
    private readonly cluster: ClusterService,
    private readonly calls: ClusterCalls,
    private readonly companies: CompaniesService,
    private readonly jobs: JobsService,
    private readonly audit: AuditService,
    private readonly settings: ControllerSettings,
    private readonly clock: Clock,
  ) {}

  @Interval(120_000)
  @Leading('tenant-spaces')
  async reconcile(term: LeaderTerm): Promise<void> {
    const spaces = await this.cluster.spaces.list();
    const companies = await this.#companies();
    // Nothing can be created in a namespace that is being deleted: it is made again once it is gone.
    const kept = companies.filter(
      (company) => company.status !== 'graduated' && spaces.namespaces.get(namespaceOf(company.slug))?.deleting !== true,
    );
    const subjectOf = ({ id }: Company) => ({ tenant: id, object: id });
    await this.calls.forEach(term, 'repair the space of', kept, subjectOf, (company) => this.#repair(term, company, spaces));
    const removable = await this.#removable(companies, spaces);
    await this.calls.forEach(term, 'remove the space of', removable, subjectOf, (company) => this.#remove(term, company));
  }

  async #repair(term: LeaderTerm, company: Company, spaces: ListedSpaces): Promise<void> {
    const repairs = await this.cluster.spaces.repair(company, spaces);
    if (repairs.length === 0) return;
    const isNew = !spaces.namespaces.has(namespaceOf(company.slug));
    if (isNew) this.#log.log(`made the space of ${company.name}: its namespace ${namespaceOf(company.slug)} did not exist`);
    else for (const repair of repairs) this.#log.warn(`repaired the space of ${company.name}: ${describe(repair)}`);
    const after = isNew ? { namespace: namespaceOf(company.slug) } : { namespace: namespaceOf(company.slug), repairs };
    await this.#record(term, company, isNew ? 'tenant-space.created' : 'tenant-space.repaired', after);
  }

  /** Companies that graduated before the retention, still have a namespace, and have nothing that runs. */
  async #removable(companies: readonly Company[], { namespaces }: ListedSpaces): Promise<Company[]> {
    const before = this.clock.now().getTime() - this.settings.retentionDays * DAY_MS;
    const left = companies.filter(({ id, slug, status, statusSince }) => {
      const namespace = namespaces.get(namespaceOf(slug));
      return status === 'graduated' && statusSince.getTime() < before && namespace?.tenantId === id && !namespace.deleting;
    });
    if (left.length === 0) return [];
    const tenantIds = left.map(({ id }) => id);
    const active = await this.jobs.inStates(this.transactions.reader, ['Admitted', 'Starting', 'Running', 'Suspending'], { tenantIds });
    const busy = new Set(active.map(({ tenantId }) => tenantId));
    return left.filter(({ id }) => !busy.has(id));
  }

  async #remove(term: LeaderTerm, company: Company): Promise<void> {
    await this.cluster.spaces.remove(company);
    this.#log.log(`removed the space of ${company.name}, which graduated more than ${this.settings.retentionDays} days ago`);
    await this.#record(term, company, 'tenant-space.removed', { namespace: namespaceOf(company.slug) });
  }

  async #record(term: LeaderTerm, { id }: Company, action: string, after: object): Promise<void> {
    await this.transactions.run(async (tx) => {
      await term.fence(tx);
      await this.audit.record(tx, { actor: CONTROLLER, action, objectType: 'company', objectId: id, tenantId: id, after });
    });
  }

  async #companies(): Promise<Company[]> {
    const all: Company[] = [];
    for (;;) {
      const after = all.at(-1)?.id;
      const page = await this.companies.list(this.transactions.reader, { limit: PAGE, ...(after !== undefined && { after }) });
      all.push(...page);
      if (page.length < PAGE) return all;
    }
  }
}

/** `ResourceQuota speedspace: spec.hard.pods was "5" and should be "2000" (changed by kubectl-edit at …)`. */
function describe({ object, differences, changedBy, changedAt }: SpaceRepair): string {
  if (differences.length === 0) return `${object} did not exist`;
  const text = (value: unknown): string => (value === undefined ? 'absent' : JSON.stringify(value));
  const fields = differences.map(({ field, found, wanted }) => `${field} was ${text(found)} and should be ${text(wanted)}`);
  const who = changedBy === undefined ? '' : ` (changed by ${changedBy}${changedAt === undefined ? '' : ` at ${changedAt.toISOString()}`})`;
  return `${object}: ${fields.join(', ')}${who}`;
}
