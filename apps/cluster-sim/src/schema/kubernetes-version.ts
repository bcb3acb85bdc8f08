/** The release whose behaviour is simulated. */
export const KUBERNETES_VERSION = 'v1.34.0';
