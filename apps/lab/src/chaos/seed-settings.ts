/** Simulated seconds per real one: half an hour of the park in three seconds. */
export const SPEED = 600;
/** A tenth of a real second is a minute here, so reactions are slow. */
export const HOLD_POLICY = { holdHorizonSeconds: 600, reactionSeconds: 120 };

/** Environment of the controllers of a seed, beside its database, cluster and clock. */
export const CONTROLLER_SETTINGS: Readonly<Record<string, string>> = {
  METERING_TICK: '60',
  HOLD_HORIZON: String(HOLD_POLICY.holdHorizonSeconds),
  START_DEADLINE: '900',
  START_FAULT_TIMEOUT: '120',
  NODE_AVOIDANCE: '600',
  REACTION_TIME: String(HOLD_POLICY.reactionSeconds),
  LEADER_LEASE: '0.6',
  POD_RELIST: '1',
};
