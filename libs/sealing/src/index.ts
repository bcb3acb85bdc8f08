/**
 * sealing — encrypts what must be read again: AES-256-GCM under the keys of the deployment, each known by its id, so that they can be
 * rotated. It owns no table, and must never store or log a key or what it opened.
 */
export { fingerprintOf } from './fingerprint.ts';
export { KeyRing } from './keys.ts';
export { Seal, type Sealed } from './seal.ts';
export { sealingEnvironment, sealingSecretsOf, strongSecret, strongSecrets } from './sealing-settings.ts';
