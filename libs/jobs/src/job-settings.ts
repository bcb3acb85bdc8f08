import type { JobPolicy } from './domain/acceptance.ts';

/** What a deployment decides about jobs; the app provides one. */
export class JobSettings implements JobPolicy {
  readonly allowedImages: readonly string[];
  readonly cpuMillisPerGpu: number;
  readonly memoryBytesPerGpu: number;
  readonly simulatedCluster: boolean;

  constructor(given: Partial<JobPolicy> = {}) {
    this.allowedImages = given.allowedImages ?? ['*'];
    this.cpuMillisPerGpu = given.cpuMillisPerGpu ?? 4_000;
    this.memoryBytesPerGpu = given.memoryBytesPerGpu ?? 32 * 2 ** 30;
    this.simulatedCluster = given.simulatedCluster ?? false;
  }
}
