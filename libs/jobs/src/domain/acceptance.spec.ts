import { someJobSpec } from '../testing/index.ts';
import { JobSettings } from '../job-settings.ts';
import { podAnnotations, requireKnownAnnotations } from './acceptance.ts';
import { JobRefused } from './job-faults.ts';

const directed = someJobSpec({ annotations: { 'sim.speedspace.io/run-time': '1s' } });

describe('annotations of the simulated cluster', () => {
  it('are neither taken nor put on pods where the cluster is real, which is what a deployment has that says nothing', () => {
    expect(() => requireKnownAnnotations(directed, new JobSettings())).toThrow(JobRefused);
    expect(podAnnotations(directed, new JobSettings())).toEqual({});
    expect(() => requireKnownAnnotations(someJobSpec(), new JobSettings())).not.toThrow();
  });

  it('direct the pods of a simulated one', () => {
    const simulated = new JobSettings({ simulatedCluster: true });
    expect(() => requireKnownAnnotations(directed, simulated)).not.toThrow();
    expect(podAnnotations(directed, simulated)).toEqual(directed.annotations);
  });
});
