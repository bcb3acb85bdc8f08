import { classOverheads, overheadOf } from './pod-overheads.ts';

describe('the overhead of a RuntimeClass', () => {
  it.each<[Record<string, string> | undefined, ReturnType<typeof overheadOf>]>([
    [undefined, undefined],
    [{ cpu: '0', memory: '0' }, undefined],
    [
      { cpu: '250m', memory: '160Mi' },
      { cpuMillis: 250, memoryBytes: 160 * 2 ** 20 },
    ],
    [{ cpu: '0.0005' }, { cpuMillis: 1, memoryBytes: 0 }],
    [
      { memory: '1Gi', 'ephemeral-storage': '1Gi' },
      { cpuMillis: 0, memoryBytes: 2 ** 30 },
    ],
  ])('of %j', (podFixed, overhead) => {
    expect(overheadOf(podFixed)).toEqual(overhead);
  });

  it('counts for the classes that name it, and a class that names one which the cluster lacks is found', () => {
    const kata = { metadata: { name: 'kata' }, handler: 'kata', overhead: { podFixed: { cpu: '2' } } };
    const nvidia = { metadata: { name: 'nvidia' }, handler: 'nvidia' };
    const classes = [
      { code: 'h800', runtimeClassName: 'kata' },
      { code: 'a100', runtimeClassName: 'nvidia' },
      { code: 'l40s', runtimeClassName: null },
      { code: 'mig', runtimeClassName: 'gvisor' },
    ];
    const { overheads, lacking } = classOverheads([kata, nvidia], classes);
    expect([...overheads]).toEqual([['h800', { cpuMillis: 2_000, memoryBytes: 0 }]]);
    expect(lacking).toEqual([{ code: 'mig', runtimeClassName: 'gvisor' }]);
  });
});
