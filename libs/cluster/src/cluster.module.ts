import { type DynamicModule, Module } from '@nestjs/common';
import { Clock } from '#kernel';
import { ClusterChecks } from './access/cluster-checks.ts';
import type { Component } from './access/required-rights.ts';
import { type ClusterOptions, ClusterService } from './cluster.service.ts';
import type { ClusterLocation } from './connection/credentials.ts';
import { NodeCache } from './node-cache.ts';

@Module({})
export class ClusterModule {
  /** A cluster for the whole application, whose account needs the rights of `component`. Needs the clock from its process. */
  static forRoot(location: ClusterLocation, component: Component, options: ClusterOptions = {}): DynamicModule {
    return {
      module: ClusterModule,
      global: true,
      providers: [
        { provide: ClusterService, useFactory: () => ClusterService.connect(location, options) },
        {
          provide: ClusterChecks,
          inject: [ClusterService, Clock],

          useFactory: (cluster: ClusterService, clock: Clock) => new ClusterChecks(cluster, clock, component),
        },
        NodeCache,
      ],
      exports: [ClusterService, ClusterChecks, NodeCache],
    };
  }
}
