/**
 * decisions — what takes two people: proposed by one, confirmed by another (the two-person rule of P4 and P5 for acts that are no
 * application). It owns the table `pending_decision`. It must never know what is decided: the module that owns an act registers its
 * kind and carries it out. Roles for the park are its own kind, as they belong to no later module.
 */
export type { DecisionFilter } from './decision-rows.ts';
export { DecisionsModule } from './decisions.module.ts';
export { type DecisionKind, DecisionsService, type NewDecision } from './decisions.service.ts';
export { DECISION_STATES, type DecisionState, type PendingDecision } from './domain/pending-decision.ts';
export { ParkRolesModule } from './park-roles.module.ts';
export { ParkRolesService } from './park-roles.service.ts';
