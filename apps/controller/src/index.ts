export { ControllerModule } from './controller.module.ts';
export { ControllerSettings } from './controller-settings.ts';
