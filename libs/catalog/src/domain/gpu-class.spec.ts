import { DomainError } from '#kernel';
import { describeClass, type GpuClassInput } from './gpu-class.ts';

function fieldRefused(input: GpuClassInput): string | undefined {
  try {
    describeClass(input);
  } catch (error) {
    if (error instanceof DomainError) return error.field;
    throw error;
  }
  return undefined;
}

describe('a GPU class', () => {
  it('is a node of eight NVIDIA GPUs unless it says otherwise', () => {
    expect(describeClass({ code: 'h800' })).toEqual({
      code: 'h800',
      name: 'h800',
      vendor: 'nvidia',
      resourceName: 'nvidia.com/gpu',
      nodeSelector: {},
      runtimeClassName: null,
      tolerations: [],
      gpusPerNode: 8,
      weight: 1,
      active: true,
    });
  });

  it.each(['nvidia.com/mig-1g.10gb', 'huawei.com/Ascend910', 'cambricon.com/mlu', 'metax-tech.com/gpu'])(
    'may be the resource %s',
    (resourceName) => {
      expect(describeClass({ code: 'x', resourceName }).resourceName).toBe(resourceName);
    },
  );

  it.each<[string, GpuClassInput]>([
    ['/code', { code: 'h 800' }],
    ['/code', { code: '' }],
    ['/name', { code: 'h800', name: '  ' }],
    ['/vendor', { code: 'h800', vendor: 'NVIDIA Inc.' }],
    ['/resourceName', { code: 'h800', resourceName: 'gpu' }],
    ['/nodeSelector', { code: 'h800', nodeSelector: { 'not a label': 'x' } }],
    ['/nodeSelector', { code: 'h800', nodeSelector: { 'park..example/gpu': 'h800' } }],
    ['/runtimeClassName', { code: 'h800', runtimeClassName: 'Kata' }],
    ['/runtimeClassName', { code: 'h800', runtimeClassName: 'kata..gpu' }],
    ['/runtimeClassName', { code: 'h800', runtimeClassName: 'k'.repeat(254) }],
    ['/runtimeClassName', { code: 'h800', runtimeClassName: '' }],
    ['/tolerations/1/key', { code: 'h800', tolerations: [{ operator: 'Exists' }, { key: 'not a key' }] }],
    ['/gpusPerNode', { code: 'h800', gpusPerNode: 0 }],
    ['/weight', { code: 'h800', weight: 1.5 }],
  ])('is refused at %s when that is wrong', (field, input) => {
    expect(fieldRefused(input)).toBe(field);
  });
});
