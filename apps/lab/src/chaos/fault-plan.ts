import { Random } from './random.ts';
import { ACTIVE_SECONDS, SEEDING_SECONDS } from './park-plan.ts';

/** What an operator, or a drain, takes away by the API. */
export type TakenFromOutside = 'pod evicted' | 'pod deleted' | 'Job deleted' | 'Job suspended';

/** A fault, and what is needed to inject it. Durations are milliseconds of real time: they concern processes and the wire. */
export type InjectedFault =
  | { readonly kind: 'controller killed'; readonly backAfter: number }
  | { readonly kind: 'two controllers at once'; readonly for: number; readonly kill: 'older' | 'newer' }
  | { readonly kind: 'controller paused past its term'; readonly for: number }
  | { readonly kind: 'watches dropped' }
  | { readonly kind: 'watch events duplicated'; readonly probability: number; readonly for: number }
  | { readonly kind: 'watch events delayed'; readonly by: number; readonly for: number }
  | { readonly kind: 'history compacted (410)' }
  | { readonly kind: 'answers 409' | 'answers 429' | 'answers 500' | 'answers 410'; readonly probability: number; readonly for: number }
  | { readonly kind: 'answers lost' | 'connections reset'; readonly probability: number; readonly for: number }
  | { readonly kind: 'answers delayed'; readonly by: number; readonly for: number }
  | { readonly kind: 'API down'; readonly for: number }
  /** It goes down, and is booted anew. */
  | { readonly kind: 'node lost'; readonly node: number; readonly for: number }
  /** What runs on it runs on, unheard. */
  | { readonly kind: 'node cut off'; readonly node: number; readonly for: number }
  /** It goes down or is cut off for long, and the operator deletes its Node meanwhile. */
  | { readonly kind: 'node given up'; readonly node: number; readonly runsOn: boolean; readonly deletedAfter: number; readonly for: number }
  /** Its kubelet takes no pod that comes to it. */
  | { readonly kind: 'node rejects pods'; readonly node: number; readonly reason: string; readonly for: number }
  /** The API server refuses the Jobs that are applied, as invalid, or as too large by a 500. */
  | { readonly kind: 'jobs refused' | 'jobs too large'; readonly probability: number; readonly for: number }
  /** `pick` chooses among the pods that run then. */
  | { readonly kind: 'pod force-deleted' | 'container lost' | TakenFromOutside; readonly pick: number }
  | { readonly kind: 'database connections cut'; readonly share: number }
  | { readonly kind: 'PostgreSQL restarted' };

/** A fault at an instant of simulated time after the beginning. */
export type Fault = { readonly at: number } & InjectedFault;

/** The faults of a seed: a function of the seed only. Those that cost a process start are fewer. */
export function faultPlan(seed: number): Fault[] {
  const random = new Random(`chaos/${seed}/faults`);
  const heavy = random.times(random.oneOf(1, 1, 2), () => heavyFault(random));
  const light = random.times(random.between(4, 9), () => lightFault(random));
  return [...heavy, ...light]
    .map((fault) => ({ at: SEEDING_SECONDS + random.between(0, ACTIVE_SECONDS), ...fault }))
    .sort((a, b) => a.at - b.at);
}

function heavyFault(random: Random): InjectedFault {
  switch (random.oneOf(...(['kill', 'kill', 'kill', 'two', 'pause', 'postgres'] as const))) {
    case 'kill':
      return { kind: 'controller killed', backAfter: random.between(0, 300) };
    case 'two':
      return { kind: 'two controllers at once', for: random.between(200, 1_000), kill: random.oneOf('older', 'newer') };
    case 'pause':
      return { kind: 'controller paused past its term', for: random.between(1_000, 1_800) };
    case 'postgres':
      return { kind: 'PostgreSQL restarted' };
  }
}

function lightFault(random: Random): InjectedFault {
  const [probability, window] = [random.between(10, 80) / 100, random.between(50, 500)];
  const kind = random.oneOf(
    ...(['watches dropped', 'watch events duplicated', 'watch events delayed', 'history compacted (410)', 'answers 409'] as const),
    ...(['answers 429', 'answers 500', 'answers 410', 'answers lost', 'connections reset', 'answers delayed', 'API down'] as const),
    ...(['node lost', 'node cut off', 'node given up', 'container lost', 'container lost'] as const),
    ...(['node rejects pods', 'node rejects pods', 'jobs refused', 'jobs too large'] as const),
    ...(['pod evicted', 'pod evicted', 'pod deleted', 'Job deleted', 'Job suspended'] as const),
    ...([
      'node lost',
      'node lost',
      'pod force-deleted',
      'pod force-deleted',
      'database connections cut',
      'database connections cut',
    ] as const),
  );
  switch (kind) {
    case 'watches dropped':
    case 'history compacted (410)':
      return { kind };
    case 'watch events delayed':
    case 'answers delayed':
      return { kind, by: random.between(20, 250), for: window };
    case 'API down':
      return { kind, for: random.between(20, 300) };
    case 'node lost':
    case 'node cut off':
      return { kind, node: random.between(0, 3), for: random.between(20, 1_200) };
    case 'node given up': {
      const deletedAfter = random.between(100, 1_000);
      return { kind, node: random.between(0, 3), runsOn: random.chance(0.5), deletedAfter, for: deletedAfter + random.between(20, 600) };
    }
    case 'node rejects pods': {
      const reason = random.oneOf('UnexpectedAdmissionError', 'OutOfcpu', 'OutOfmemory', 'NodeAffinity');
      return { kind, node: random.between(0, 3), reason, for: random.between(50, 1_500) };
    }
    case 'container lost':
    case 'pod evicted':
    case 'pod deleted':
    case 'Job deleted':
    case 'Job suspended':
    case 'pod force-deleted':
      return { kind, pick: random.between(0, 1_000) };
    case 'database connections cut':
      return { kind, share: random.oneOf(30, 60, 100) / 100 };
    default:
      return { kind, probability, for: window };
  }
}
