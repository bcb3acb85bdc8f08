import { type DynamicModule, Module } from '@nestjs/common';
import { ClusterService } from './cluster.service.ts';
import type { ClusterLocation } from './connection/cluster-connection.ts';
import type { WatchSettings } from './pod-watch.ts';

@Module({})
export class ClusterModule {
  /** A cluster for the whole application. */
  static forRoot(location: ClusterLocation, watch: Partial<WatchSettings> = {}): DynamicModule {
    return {
      module: ClusterModule,
      global: true,
      providers: [{ provide: ClusterService, useFactory: () => ClusterService.connect(location, watch) }],
      exports: [ClusterService],
    };
  }
}
