/**
 * signing — the park's name and its Ed25519 key, which signs closed months and heads of the audit trail, and the public keys that it has
 * published. It owns the table `signing_key`. It must never store a private key, and never know what is signed.
 */
export { SigningModule } from './signing.module.ts';
export { type PublishedKey, SigningKeysService } from './signing-keys.service.ts';
export { type ParkIdentity, parkIdentityOf, type ParkSettings, parkSettingsOf, signingEnvironment } from './signing-settings.ts';
