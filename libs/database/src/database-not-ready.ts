/** The database is not one that a process may work on; the message is one sentence and what to do, without any secret. */
export class DatabaseNotReady extends Error {}
