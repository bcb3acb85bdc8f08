import { money, parseYuan } from '../amounts.ts';
import { answerOf, connect } from '../api-client.ts';
import type { components, operations } from '#api-client';
import { parseInstant } from '../arguments.ts';
import { known } from '../facts.ts';
import { readBody } from '../input-file.ts';
import type { Column } from '../output.ts';
import { parkInstant } from '../park-time.ts';
import { ifMatch, idempotencyKey } from '../request-headers.ts';
import { type AddCommands, showAll, showOne, showRow, type Shown, verb } from './command-context.ts';

type GpuClass = components['schemas']['GpuClass'];
type Price = components['schemas']['PriceBook']['items'][number];
type NewClass = operations['gpuclasses.add']['requestBody']['content']['application/json'];
type Change = operations['gpuclasses.change']['requestBody']['content']['application/json'];

const columns: Column<GpuClass>[] = [
  { title: 'code', of: ({ code }) => code },
  { title: 'name', of: ({ name }) => name },
  { title: 'vendor', of: ({ vendor }) => vendor },
  { title: 'resource', of: ({ resourceName }) => resourceName },
  { title: 'a node', of: ({ gpusPerNode }) => String(gpusPerNode), align: 'right' },
  { title: 'GPU-hour', of: ({ listPriceFen }) => (listPriceFen === null ? '' : money(listPriceFen)), align: 'right' },
  { title: 'state', of: ({ active }) => (active ? '' : 'no new jobs') },
];

const priceColumns: Column<Price>[] = [
  { title: 'from', of: ({ from }) => from },
  { title: 'GPU-hour', of: ({ fenPerGpuHour }) => money(fenPerGpuHour), align: 'right' },
];

/** As `kubectl describe` writes it: `dedicated=training:NoSchedule for 600s`. */
function tolerationText({ key, operator, value, effect, tolerationSeconds }: GpuClass['tolerations'][number]): string {
  const taint = operator === 'Exists' ? (key ?? 'every taint') : `${key ?? ''}=${value ?? ''}`;
  return `${taint}${effect === undefined ? '' : `:${effect}`}${tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`}`;
}

const factsOf = (gpuClass: GpuClass) =>
  known([
    ['code', gpuClass.code],
    ['name', gpuClass.name],
    ['vendor', gpuClass.vendor],
    ['resource', gpuClass.resourceName],
    [
      'nodes',
      Object.entries(gpuClass.nodeSelector)
        .map(([label, value]) => `${label}=${value}`)
        .join(', '),
    ],
    ['RuntimeClass', gpuClass.runtimeClassName ?? ''],
    ['tolerates', gpuClass.tolerations.map(tolerationText).join(', ')],
    ['GPUs of a node', gpuClass.gpusPerNode],
    ['weight in fair share', gpuClass.weight],
    ['price per GPU-hour', gpuClass.listPriceFen === null ? 'none yet' : money(gpuClass.listPriceFen)],
    ['new jobs', gpuClass.active ? 'yes' : 'no'],
  ]);

export const addClass: AddCommands = (program, environment) => {
  const gpuClass = program.command('class').description('GPU classes');
  verb(gpuClass, 'ls', 'GPU classes with their prices', 'mss class ls').action(async (shown: Shown) => {
    showAll(environment, shown, answerOf(await (await connect(environment)).GET('/api/v1/gpu-classes')).items, columns);
  });
  verb(gpuClass, 'show', 'a GPU class', 'mss class show h800')
    .argument('<class>', 'its code')
    .action(async (code: string, shown: Shown) => {
      const found = answerOf(await (await connect(environment)).GET('/api/v1/gpu-classes/{code}', { params: { path: { code } } }));
      showOne(environment, shown, found, factsOf(found));
    });
  verb(gpuClass, 'add', 'add a GPU class', 'mss class add h800', 'mss class add ascend910 -f class.yaml')
    .argument('<class>', 'its code')
    .option('-f, --file <class.yaml>', 'what it is, as the API takes it; - reads standard input')
    .action(async (code: string, { file, ...shown }: Shown & { file?: string }) => {
      const described = file === undefined ? {} : await readBody<NewClass>(environment, file);
      const request = { body: { ...described, code }, params: { header: idempotencyKey() } };
      showRow(environment, shown, answerOf(await (await connect(environment)).POST('/api/v1/gpu-classes', request)), columns);
    });
  verb(gpuClass, 'change', 'change a GPU class', 'mss class change h800 -f change.yaml')
    .argument('<class>', 'its code')
    .requiredOption('-f, --file <change.yaml>', 'only what changes; - reads standard input')
    .action(async (code: string, { file, ...shown }: Shown & { file: string }) => {
      const body = await readBody<Change>(environment, file);
      const api = await connect(environment);
      const found = answerOf(await api.GET('/api/v1/gpu-classes/{code}', { params: { path: { code } } }));
      const params = { path: { code }, header: ifMatch(found) };
      showRow(environment, shown, answerOf(await api.PATCH('/api/v1/gpu-classes/{code}', { params, body })), columns);
    });
};

export const addPrice: AddCommands = (program, environment) => {
  const price = program.command('price').description('the price book');
  verb(price, 'ls', 'the prices of a GPU class, past and announced', 'mss price ls h800')
    .argument('<class>', 'its code')
    .action(async (code: string, shown: Shown) => {
      const { items } = answerOf(
        await (await connect(environment)).GET('/api/v1/gpu-classes/{code}/prices', { params: { path: { code } } }),
      );
      showAll(environment, shown, items, priceColumns);
    });
  verb(
    price,
    'announce',
    'announce a price; one that was announced never changes',
    'mss price announce h800 --yuan 12.50 --from 2026-12-01',
  )
    .argument('<class>', 'its code')
    .requiredOption('--yuan <price>', 'for a GPU-hour', parseYuan)
    .requiredOption('--from <instant>', 'from when, or from the beginning of which day', parseInstant)
    .action(async (code: string, { yuan, from, ...shown }: Shown & { yuan: number; from: string }) => {
      const api = await connect(environment);
      const params = { path: { code }, header: idempotencyKey() };
      const body = { from: await parkInstant(api, from), fenPerGpuHour: yuan };
      const { items } = answerOf(await api.POST('/api/v1/gpu-classes/{code}/prices', { params, body }));
      showAll(environment, shown, items, priceColumns);
    });
};
