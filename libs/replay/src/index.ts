/**
 * replay — scenarios through the rules of the park on a virtual clock (replay.md): reading and checking the file, the order of
 * instants, and the report. It implements no rule of its own and leaves nothing in the database.
 */
export type { ReplayReport } from './domain/report.ts';
export { type Scenario, type ScenarioFault, ScenarioRefused } from './domain/scenario.ts';
export { ReplayModule } from './replay.module.ts';
export { ReplayService } from './replay.service.ts';
export { parseScenario } from './scenario-file.ts';
