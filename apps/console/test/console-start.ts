/** The variable that names the file in which the global setup writes a `Start` as JSON, once there is one. */
export const START_FILE = 'CONSOLE_START_FILE';

/** What became of the start of the product that all tests of the console share. */
export type Start = { readonly url: string } | { readonly failure: string };
