import type { V1Node } from '@kubernetes/client-node';
import { formatInstant } from '#kernel';
import { nodeCapacities } from './capacity.ts';
import { nodeStatuses } from './node-status.ts';
import { nodeFacts } from './watched-facts.ts';

const NOW = 1_790_000_000;
const H800 = { code: 'h800', resourceName: 'nvidia.com/gpu', nodeSelector: {}, tolerations: [] };
const at = (seconds: number): string => formatInstant(NOW + seconds);

function node(announced: { from?: string; until?: string }): V1Node {
  const annotations = Object.entries(announced).map(([when, text]) => [`speedspace.io/maintenance-${when}`, text]);
  return {
    metadata: { name: 'n1', annotations: Object.fromEntries(annotations) as Record<string, string> },
    status: { allocatable: { 'nvidia.com/gpu': '8' }, conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

describe('the announced maintenance of a node', () => {
  it.each<[string, { from?: string; until?: string }, { from?: number; until?: number; ignored?: string[] }]>([
    ['begin and end', { from: at(60), until: at(120) }, { from: NOW + 60, until: NOW + 120 }],
    ['an end in another time zone', { until: '2030-01-01T08:00:00+08:00' }, { until: Date.UTC(2030, 0, 1) / 1_000 }],
    ['a begin that has passed, and an end that has not', { from: at(-60), until: at(60) }, { from: NOW - 60, until: NOW + 60 }],
    ['nothing', {}, {}],
    [
      'an end that has passed',
      { from: at(-60), until: at(0) },
      { from: NOW - 60, ignored: [expect.stringContaining(`maintenance-until is ignored: ${at(0)} has passed`) as string] },
    ],
    [
      'an end before the begin',
      { from: at(120), until: at(60) },
      { from: NOW + 120, ignored: [expect.stringContaining('would not end after it begins') as string] },
    ],
    [
      'what cannot be read',
      { from: 'Friday', until: '' },
      {
        ignored: [
          expect.stringContaining('maintenance-from is ignored: "Friday" is not a time') as string,
          expect.stringContaining('maintenance-until is ignored: "" is not a time') as string,
        ],
      },
    ],
  ])('is in its status: %s', (_what, announced, { from, until, ignored = [] }) => {
    const [status] = nodeStatuses([node(announced)], [], [H800], NOW);
    expect([status?.maintenanceFrom, status?.maintenanceUntil]).toEqual([from, until]);
    expect(status?.ignoredAnnouncements).toEqual(ignored);
  });

  it('is in the capacity of a node whose changes are followed', () => {
    const announced = node({ from: at(60), until: at(120) });
    expect(nodeCapacities([nodeFacts(announced)], [], [H800])).toMatchObject([{ closesAt: NOW + 60, opensAt: NOW + 120 }]);
  });
});
