/** The order of a list: from the first item on, or from the latest one back. */
export type ListOrder = 'first' | 'latest';
