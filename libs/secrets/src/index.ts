/**
 * secrets — what companies give their jobs and nobody reads again: credentials of image registries, variables and files. It owns the
 * table `company_secret`. It must never show, log or audit a value: values are sealed, and are opened for the cluster only.
 */
export { ClusterSecretsService, type DueSecret } from './cluster-secrets.service.ts';
export { MOST_KEYS, SECRET_KINDS, SECRET_NAME, type SecretContent, type SecretData, type SecretKind } from './secret-content.ts';
export type { Secret } from './secret.ts';
export { type OpenSecret, SecretValuesService } from './secret-values.service.ts';
export { SecretsModule, SecretValuesModule } from './secrets.module.ts';
export { SecretsService, type SecretUser } from './secrets.service.ts';
