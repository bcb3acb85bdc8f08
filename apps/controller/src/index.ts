export { ControllerModule } from './controller.module.ts';
export { fundsWarnings } from './settings.ts';
export { ControllerSettings } from './controller-settings.ts';
export { loopDatabase } from './loop-database.ts';
