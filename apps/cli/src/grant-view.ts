import type { components } from '#api-client';

/** The status of a grant as people read it, such as `not yet valid`. */
export const statusOf = ({ status }: Pick<components['schemas']['Grant'], 'status'>): string => status.replaceAll('-', ' ');
