export const GRANT_EVENT_KINDS = [
  'opened',
  'increased',
  'extended',
  'frozen',
  'unfrozen',
  'clawed-back',
  'carried-over',
  'ended',
  'lapsed',
] as const;
/** What may happen to a grant, apart from being spent. */
export type GrantEventKind = (typeof GRANT_EVENT_KINDS)[number];
