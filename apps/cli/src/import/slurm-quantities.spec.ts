import { arrayOf, gpusOf, memoryOfSlurm, secondsOfSlurmTime } from './slurm-quantities.ts';

describe('quantities of sbatch', () => {
  it.each([
    ['90', 5_400],
    ['90:30', 5_430],
    ['12:00:00', 43_200],
    ['1-12', 129_600],
    ['1-12:30', 131_400],
    ['2-00:00:10', 172_810],
    ['UNLIMITED', undefined],
    ['1h', undefined],
  ])('the time %s is %s seconds', (text, seconds) => {
    expect(secondsOfSlurmTime(text)).toBe(seconds);
  });

  it.each([
    ['64G', 1, '64Gi'],
    ['4096', 1, '4096Mi'],
    ['2GB', 8, '16Gi'],
    ['1t', 1, '1Ti'],
    ['0', 1, undefined],
    ['all', 1, undefined],
  ])('the memory %s, %d times, is %s', (text, factor, quantity) => {
    expect(memoryOfSlurm(text, factor)).toBe(quantity);
  });

  it.each([
    ['gpu:h800:4', { count: 4, type: 'h800' }],
    ['gpu:4', { count: 4, type: undefined }],
    ['gpu', { count: 1, type: undefined }],
    ['a100:2', { count: 2, type: 'a100' }],
    ['8', { count: 8, type: undefined }],
    ['', undefined],
  ])('%j asks for %j', (text, gpus) => {
    expect(gpusOf(text)).toEqual(gpus);
  });

  it.each([
    ['0-99%10', { indices: '0-99', parallelism: 10 }],
    ['1,3,5-7', { indices: '1,3,5-7' }],
    ['0-10:4', { indices: '0,4,8' }],
    ['all', undefined],
  ])('the array %s has %j', (text, array) => {
    expect(arrayOf(text)).toEqual(array);
  });
});
