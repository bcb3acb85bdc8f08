/** A command of the lab was called in a wrong way: the message is for the person who called it. */
export class UsageError extends Error {}
