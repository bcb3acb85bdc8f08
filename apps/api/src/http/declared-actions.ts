import { Injectable, type OnModuleInit } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { ACTION } from './access.ts';

/** The API does not start if a route has neither `@Allow(action)` nor `@Public()`, so that no route is open by mistake. */
@Injectable()
export class DeclaredActions implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    const silent = this.discovery.getControllers().flatMap(({ metatype, instance }) => {
      if (metatype === null) return [];
      const prototype = Object.getPrototypeOf(instance) as Record<string, () => unknown>;
      return this.scanner
        .getAllMethodNames(prototype)
        .map((name) => ({ name, handler: prototype[name] }))
        .filter(({ handler }) => handler !== undefined && this.reflector.get(METHOD_METADATA, handler) !== undefined)
        .filter(({ handler }) => this.reflector.getAllAndOverride(ACTION, [handler ?? metatype, metatype]) === undefined)
        .map(({ name }) => `${metatype.name}.${name}`);
    });
    if (silent.length > 0) throw new Error(`These routes declare no action: ${silent.join(', ')}. Add @Allow(…) or @Public().`);
  }
}
