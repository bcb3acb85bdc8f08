import { SchedulerRegistry } from '@nestjs/schedule';
import { ScaledTestEnvironment } from './scaled-test-environment.ts';

describe('the schedules of a controller', () => {
  let environment: ScaledTestEnvironment;
  beforeAll(async () => {
    environment = await ScaledTestEnvironment.start();
  });
  afterAll(async () => {
    await environment.stop();
  });

  it('are all listed in SchedulerRegistry, with the next instant of the product’s clock', () => {
    const registry = environment.get(SchedulerRegistry);
    expect([...registry.getCronJobs().keys()].sort()).toEqual(['audit-head', 'lapses', 'month-end', 'reminders']);
    expect(registry.getIntervals().sort()).toEqual(
      ['admission', 'clean-up', 'company-status', 'last-seen', 'metering', 'notifications', 'orphans', 'workloads'].sort(),
    );
    const before = environment.clock.now().getTime();
    const next = registry.getCronJob('lapses').nextDate().toMillis();
    expect(next).toBeGreaterThan(before);
    expect(next - before).toBeLessThanOrEqual(60_000 + (environment.clock.now().getTime() - before));
  });
});
