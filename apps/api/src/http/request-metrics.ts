import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Histogram } from 'prom-client';
import { MetricsService } from '#monitoring';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Measures each request under the pattern of its route, because addresses contain ids of jobs and companies. */
export function measureRequests(app: NestFastifyApplication): void {
  const durations = new Histogram({
    name: 'speedspace_http_request_duration_seconds',
    help: 'Time from the request to the end of its answer; a stream ends with its reader',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [app.get(MetricsService).registry],
  });
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', (request, reply, done) => {
      const route = request.is404 ? 'unknown' : (request.routeOptions.url ?? 'unknown');
      durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
      done();
    });
}
