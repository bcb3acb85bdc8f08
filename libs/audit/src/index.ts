/**
 * audit — who did what, when, from where, before and after, and why. It owns the append-only, hash-chained trail; an event is written in
 * the transaction of the change that it records, so neither exists without the other. It must never decide anything, and never hold a
 * secret, because auditors read it.
 */
export type { Actor } from './domain/actor.ts';
export { systemActor, whoActed } from './domain/actor.ts';
export { AuditService, type AuditEvent } from './audit.service.ts';
export { type AuditFilter, type AuditRecord, AuditTrailService, type Verification } from './audit-trail.service.ts';
export { HEAD_REPORTED, isSignedBy, type SignedHead, signedHead } from './signed-head.ts';
export { recordedActor } from './recorded-actor.ts';
export { AuditModule } from './audit.module.ts';
