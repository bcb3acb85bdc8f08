/** Where the `ParkIdentity` of a process is injected from. */
export const PARK_IDENTITY = Symbol('park identity');
