import type { components } from '#api-client';
import { answerOf, connect } from '../api-client.ts';
import type { Column } from '../output.ts';
import { harmless } from '../terminal-text.ts';
import { type AddCommands, showAll, type Shown, verb } from './command-context.ts';

type Node = components['schemas']['Nodes']['items'][number];

const sumOf = ({ gpus }: Node, of: (cells: Node['gpus'][number]) => number): string =>
  String(gpus.reduce((sum, cells) => sum + of(cells), 0));

const columns: Column<Node>[] = [
  { title: 'node', of: ({ name }) => name },
  {
    title: 'state',
    of: ({ state, maintenanceFrom, maintenanceUntil }) => {
      const from = maintenanceFrom === null ? '' : `${state === 'maintenance' ? '' : ', maintenance'} from ${maintenanceFrom}`;
      return `${state}${from}${maintenanceUntil === null ? '' : ` until ${maintenanceUntil}`}`;
    },
  },
  {
    title: 'why closed',
    of: ({ closures, ignoredAnnouncements }) => harmless([...closures.map(({ detail }) => detail), ...ignoredAnnouncements].join(' ')),
  },
  { title: 'classes', of: ({ gpus }) => gpus.flatMap(({ classes }) => classes).join(', ') },
  {
    title: 'domains',
    of: ({ domains }) =>
      Object.entries(domains)
        .map(([key, name]) => `${key}=${name}`)
        .join(' '),
  },
  { title: 'GPUs', of: (node) => sumOf(node, ({ total }) => total), align: 'right' },
  { title: 'free', of: (node) => sumOf(node, ({ free }) => free), align: 'right' },
  { title: 'foreign', of: (node) => sumOf(node, ({ foreign }) => foreign), align: 'right' },
  {
    title: 'held by',
    of: ({ gpus }) =>
      gpus
        .flatMap(({ holders }) => holders)
        .map(
          ({ gpus: count, jobName, companyName, endsBy }) =>
            `${count} ${companyName}/${jobName}${endsBy === null ? '' : ` until ${endsBy}`}`,
        )
        .join('; '),
  },
];

export const addNodes: AddCommands = (program, environment) => {
  verb(
    program,
    'nodes',
    'the nodes with their GPUs: which job holds them, until when, maintenance, and why a node is closed',
    'mss nodes',
    'mss nodes -o json',
  ).action(async (shown: Shown) => {
    showAll(environment, shown, answerOf(await (await connect(environment)).GET('/api/v1/cluster/nodes')).items, columns);
  });
};
