import type { components } from '#api-client';

/** The status of a grant for people, such as `not yet valid`. */
export const statusOf = ({ status }: Pick<components['schemas']['Grant'], 'status'>): string => status.replaceAll('-', ' ');
