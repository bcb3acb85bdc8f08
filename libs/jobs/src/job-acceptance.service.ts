import { Injectable } from '@nestjs/common';
import { CatalogService, type GpuClass } from '#catalog';
import type { Tx } from '#database';
import { Clock, DomainError } from '#kernel';
import { SecretsService } from '#secrets';
import { CompaniesService, requireOpenProject } from '#tenancy';
import { replicaShape, requireFittingShape, requireKnownAnnotations, requireOffered } from './domain/acceptance.ts';
import { requireShmWithinMemory } from './domain/container-settings.ts';
import { requireAcceptedImage } from './domain/image-policy.ts';
import { JobRefused } from './domain/job-faults.ts';
import { faultsOfSecrets, secretReferences } from './domain/job-secrets.ts';
import type { JobSpec } from './domain/job-spec.ts';
import type { NodeShape } from './domain/node-shape.ts';
import { requireFittingTopology, requireKnownTopology } from './domain/topology.ts';
import { FundingCheck } from './funding-check.ts';
import { type NeededDependency, requireDependencies } from './job-dependencies.ts';
import { JobSettings } from './job-settings.ts';

/** What the nodes of a class have when empty; none where the cluster cannot be asked. */
export type NodesOf = (gpuClass: GpuClass) => Promise<readonly NodeShape[]>;

/** Whether a job could ever run, so that it is accepted (rule J3). Each refusal names the field and the remedy. */
@Injectable()
export class JobAcceptanceService {
  constructor(
    private readonly catalog: CatalogService,
    private readonly companies: CompaniesService,
    private readonly funding: FundingCheck,
    private readonly secrets: SecretsService,
    private readonly clock: Clock,
    private readonly settings: JobSettings,
  ) {}

  /**
   * @returns the jobs that it waits for
   * @throws DomainError `job.unknown-class`, `job.class-inactive`, `job.shape-too-large`, `job.shm-too-large`, `job.unknown-topology`,
   * `job.unknown-project`, `job.archived-project`, `job.image-not-allowed`, `job.image-not-pinned`, `job.secret-unusable`, `job.no-funding`,
   * `job.unknown-dependency`, `job.dependency-failed`, `company.suspended`
   */
  async require(tx: Tx, tenantId: string, spec: JobSpec, nodesOf?: NodesOf): Promise<NeededDependency[]> {
    const asked = await Promise.allSettled([this.requireRunnable(tx, tenantId, spec, nodesOf), this.#requireFunding(tx, tenantId, spec)]);
    for (const answer of asked) if (answer.status === 'rejected') throw answer.reason;
    return await requireDependencies(tx, tenantId, spec.after ?? []);
  }

  /**
   * Rule J3 as far as it is not about money: also what a quote asks first.
   * @throws DomainError as `require`, but for `job.no-funding` and those about dependencies
   */
  async requireRunnable(tx: Tx, tenantId: string, spec: JobSpec, nodesOf?: NodesOf): Promise<void> {
    const [classes] = await Promise.all([
      this.catalog.classes(tx),
      this.companies.requireActive(tx, tenantId),
      requireOpenProject(tx, tenantId, spec.project),
    ]);
    const offered = classes.find(({ code }) => code === spec.gpuClass);
    if (offered === undefined) {
      throw new DomainError('job.unknown-class', {
        field: '/spec/gpuClass',
        detail: `There is no GPU class "${spec.gpuClass}".`,
        remedy: 'Name one of the GPU classes that "mss class ls" shows.',
      });
    }
    requireOffered(offered);
    requireKnownTopology(spec.topology, this.settings.topologyLabels);
    const [replica, nodes] = [replicaShape(spec, this.settings), (await nodesOf?.(offered)) ?? []];
    requireShmWithinMemory(spec, replica);
    requireFittingShape(spec, replica, offered, nodes);
    requireFittingTopology(spec, replica, offered.code, nodes);
    requireAcceptedImage(spec.image, this.settings);
    requireKnownAnnotations(spec, this.settings);
    await this.#requireSecrets(tx, tenantId, spec);
  }

  /** @throws JobRefused `job.secret-unusable`, with each field that names a secret which is absent or of another kind */
  async #requireSecrets(tx: Tx, tenantId: string, spec: JobSpec): Promise<void> {
    const references = secretReferences(spec);
    const present = await this.secrets.named(
      tx,
      tenantId,
      references.map(({ name }) => name),
    );
    const [first, ...rest] = faultsOfSecrets(references, present);
    if (first !== undefined) throw new JobRefused('job.secret-unusable', [first, ...rest]);
  }

  async #requireFunding(tx: Tx, tenantId: string, { gpuClass, selfPay }: JobSpec): Promise<void> {
    if (await this.funding.canEverFund(tx, { tenantId, gpuClass, selfPay, at: this.clock.now() })) return;
    throw new DomainError('job.no-funding', {
      field: selfPay ? '/spec/gpuClass' : '/spec/selfPay',
      detail: `No grant covers the GPU class "${gpuClass}", and ${selfPay ? 'the wallet is empty' : 'the job does not allow self-pay'}.`,
      remedy: selfPay
        ? 'Apply for a subsidy of this class, or top up the wallet.'
        : 'Apply for a subsidy of this class, or set selfPay: true.',
    });
  }
}
