import type { components } from '#api-client';
import { answerOf, connect } from '../api-client.ts';
import type { Column } from '../output.ts';
import { type AddCommands, showAll, type Shown, verb } from './command-context.ts';

type Loop = components['schemas']['Loops']['items'][number];

const columns: Column<Loop>[] = [
  { title: 'loop', of: ({ name }) => name },
  { title: 'runs', of: ({ timing }) => timing },
  { title: 'leader', of: ({ leader }) => leader ?? 'none' },
  { title: 'term', of: ({ term }) => String(term), align: 'right' },
  { title: 'last turn', of: ({ lastTurnAt }) => lastTurnAt ?? '' },
  { title: 'ms', of: ({ lastTurnMilliseconds }) => String(lastTurnMilliseconds ?? ''), align: 'right' },
  { title: 'next turn', of: ({ nextTurnAt }) => nextTurnAt ?? '' },
  { title: 'failures', of: ({ failures }) => String(failures), align: 'right' },
  { title: 'last failure', of: ({ failures, lastFailure }) => (failures === 0 ? '' : (lastFailure ?? '')) },
];

export const addLoops: AddCommands = (program, environment) => {
  verb(program, 'loops', 'the schedules of the controllers: who leads them, last and next turn, failures', 'mss loops').action(
    async (shown: Shown) => {
      showAll(environment, shown, answerOf(await (await connect(environment)).GET('/api/v1/loops')).items, columns);
    },
  );
};
