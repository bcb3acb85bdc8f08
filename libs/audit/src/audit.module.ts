import { Module } from '@nestjs/common';
import { Audit } from './audit.service.ts';
import { AuditTrail } from './audit-trail.service.ts';

/** Needs a `Clock` from a global module of the app. */
@Module({ providers: [Audit, AuditTrail], exports: [Audit, AuditTrail] })
export class AuditModule {}
