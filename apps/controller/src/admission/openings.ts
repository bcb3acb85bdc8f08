import { Injectable } from '@nestjs/common';
import { CatalogService } from '#catalog';
import type { Tx } from '#database';
import type { Opening } from '#funding';
import { admissionId, firstHold, type PlaceableJob } from '#jobs';
import { ControllerSettings } from '../controller-settings.ts';

/** What jobs that wait must hold to start (rule F5). */
@Injectable()
export class Openings {
  constructor(
    private readonly catalog: CatalogService,
    private readonly settings: ControllerSettings,
  ) {}

  /** In the order of `jobs`, at the prices of `now`, which stay with the admissions (rule M6). One statement for each GPU class. */
  async of(tx: Tx, jobs: readonly PlaceableJob[], now: Date): Promise<Opening[]> {
    const classes = [...new Set(jobs.map(({ gpuClass }) => gpuClass))];
    const prices = new Map<string, bigint>();
    for (const gpuClass of classes) prices.set(gpuClass, await this.catalog.priceAt(tx, gpuClass, now));
    return jobs.map((job) => {
      const { tenantId, gpuClass, selfPay } = job;
      const request = { id: nextAdmission(job), jobId: job.id, tenantId, gpuClass, fenPerGpuHour: prices.get(gpuClass) ?? 0n, selfPay };
      return { request, holdTarget: firstHold(job, this.settings) };
    });
  }
}

/** The id of the admission that a job waits for. */
export function nextAdmission({ id, attempt }: Pick<PlaceableJob, 'id' | 'attempt'>): string {
  return admissionId({ id, attempt: attempt + 1 });
}
