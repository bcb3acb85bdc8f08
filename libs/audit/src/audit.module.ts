import { Module } from '@nestjs/common';
import { Audit } from './audit.service.ts';

/** Needs a `Clock` from a global module of the app. */
@Module({ providers: [Audit], exports: [Audit] })
export class AuditModule {}
