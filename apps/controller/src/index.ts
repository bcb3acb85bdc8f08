export { Charges } from './charges.ts';
export { ControllerModule } from './controller.module.ts';
export { ControllerSettings, loopEnvironment } from './controller-settings.ts';
export { loopDatabase } from './loop-database.ts';
export { PODS_LISTED } from './pod-cache.ts';
export { Sharing } from './sharing.ts';
