import { Module } from '@nestjs/common';
import { AuditService } from './audit.service.ts';
import { AuditTrailService } from './audit-trail.service.ts';

/** Needs a `Clock` from a global module of the app. */
@Module({ providers: [AuditService, AuditTrailService], exports: [AuditService, AuditTrailService] })
export class AuditModule {}
