import { queryFor, replicaMetrics, stepFor } from './job-gpu-metrics.ts';

const ATTEMPT = { jobId: 'job_01m87dd5ep5z67vz613k1z6nkn', attempt: 2 };
const POD = 'job-01m87dd5ep5z67vz613k1z6nkn-2';

describe('the GPU metrics of a job', () => {
  it('are asked for by the namespace of the company and the pods of the attempt only', () => {
    expect(queryFor('DCGM_FI_DEV_GPU_UTIL', 'mss-jiding', ATTEMPT)).toBe(
      `avg by (pod) (DCGM_FI_DEV_GPU_UTIL{namespace="mss-jiding",pod=~"${POD}-[0-9]+-[0-9a-z]+"}) or ` +
        `avg by (exported_pod) (DCGM_FI_DEV_GPU_UTIL{exported_namespace="mss-jiding",exported_pod=~"${POD}-[0-9]+-[0-9a-z]+"})`,
    );
  });

  it.each([
    [0, 15],
    [3_600, 15],
    [3_601, 30],
    [86_400, 360],
    [31 * 86_400, 11_160],
  ])('of %i seconds have a point every %i', (seconds, step) => {
    expect(stepFor(1_000, 1_000 + seconds)).toBe(step);
    expect(seconds / step).toBeLessThanOrEqual(240);
  });

  it('leave out other pods, values that no GPU has, and what was not measured', () => {
    const series = (pod: string, ...points: [number, number][]) => ({ labels: { pod }, points });
    const utilisation = [
      series(`${POD}-1-abcde`, [60, 85.04], [75, 101], [90, -1]),
      series('job-01m87dd5ep5z67vz613k1z6nkn-1-0-abcde', [60, 50]),
      series('job-01m87dd5ep5z67vz613k1z6nkm-2-0-abcde', [60, 50]),
      series('other', [60, 50]),
      { labels: {}, points: [[60, 50]] as [number, number][] },
    ];
    const memory = [{ labels: { exported_pod: `${POD}-0-fghij` }, points: [[60, 61_440]] as [number, number][] }];
    expect(replicaMetrics(ATTEMPT, utilisation, memory)).toEqual([
      { replica: 0, points: [{ at: 60, utilisation: null, memoryMib: 61_440 }] },
      { replica: 1, points: [{ at: 60, utilisation: 85, memoryMib: null }] },
    ]);
  });
});
