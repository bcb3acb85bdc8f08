import { Option } from 'commander';
import { answerOf, connect } from '../api-client.ts';
import type { components } from '#api-client';
import { known } from '../facts.ts';
import type { Column } from '../output.ts';
import { firstOf } from '../pages.ts';
import type { CliEnvironment } from '../cli-environment.ts';
import { type AddCommands, type Listed, listVerb, showAll, showOne, type Shown, verb } from './command-context.ts';

export type Decision = components['schemas']['Decision'];

const STATES = ['pending', 'confirmed', 'rejected', 'withdrawn', 'expired'] as const;

const columns: Column<Decision>[] = [
  { title: 'id', of: ({ id }) => id },
  { title: 'what', of: ({ summary }) => summary },
  { title: 'state', of: ({ state }) => state },
  { title: 'proposed by', of: ({ proposedBy }) => proposedBy.name },
  { title: 'ends', of: ({ expiresAt }) => expiresAt },
];

const factsOf = (decision: Decision) =>
  known([
    ['id', decision.id],
    ['what', decision.summary],
    ['why', decision.reason],
    ['state', decision.state],
    ['proposed', `${decision.proposedAt} by ${decision.proposedBy.name}`],
    ['decided', decision.decidedBy === null ? undefined : `${decision.decidedAt} by ${decision.decidedBy.name}`],
    ['comment', decision.comment],
    ['ends by itself', decision.state === 'pending' ? decision.expiresAt : undefined],
  ]);

export function showDecision(environment: CliEnvironment, shown: Shown, decision: Decision): void {
  showOne(environment, shown, decision, factsOf(decision));
}

/** Says, after the output of a command, which changes wait for a second person. */
export function reportWaiting(environment: CliEnvironment, decision: Decision | undefined): void {
  if (decision === undefined) return;
  environment.err(
    `This waits for a second person: ${decision.summary}\nA colleague confirms it with mss decision confirm ${decision.id}\n`,
  );
}

const WORDS = [
  ['confirm', 'carry out what somebody else proposed', 'confirmation'],
  ['reject', 'refuse what somebody else proposed', 'rejection'],
  ['withdraw', 'take back what you proposed', 'withdrawal'],
] as const;

export const addDecision: AddCommands = (program, environment) => {
  const noun = program
    .command('decision')
    .description('what takes two people of the park: roles, thresholds, reversals, refunds, closing a month');
  listVerb(noun, 'ls', 'decisions, the latest first', 'mss decision ls --state pending')
    .addOption(new Option('--state <state>', 'only those that are so').choices(STATES))
    .option('--kind <kind>', 'only of this kind, such as park-roles')
    .action(async ({ state, kind, ...listed }: Listed & { state?: (typeof STATES)[number]; kind?: string }) => {
      const api = await connect(environment);
      const filter = { ...(state !== undefined && { state }), ...(kind !== undefined && { kind }) };
      const found = await firstOf(listed.limit, (page) => api.GET('/api/v1/decisions', { params: { query: { ...filter, ...page } } }));
      showAll(environment, listed, found, columns);
    });
  verb(noun, 'show', 'all about a decision', 'mss decision show decision_01j8')
    .argument('<decision>', 'its id')
    .action(async (id: string, shown: Shown) => {
      const api = await connect(environment);
      showDecision(environment, shown, answerOf(await api.GET('/api/v1/decisions/{id}', { params: { path: { id } } })));
    });
  for (const [word, about, path] of WORDS) {
    verb(noun, word, about, `mss decision ${word} decision_01j8`)
      .argument('<decision>', 'its id')
      .option('--comment <text>', 'for the record')
      .action(async (id: string, { comment, ...shown }: Shown & { comment?: string }) => {
        const api = await connect(environment);
        const request = { params: { path: { id } }, body: comment === undefined ? {} : { comment } };
        showDecision(environment, shown, answerOf(await api.POST(`/api/v1/decisions/{id}/${path}`, request)));
      });
  }
};
