import { KubernetesObjectApi, type V1Job } from '@kubernetes/client-node';
import { type LeaderTerm, Leadership } from '#database';
import { LedgerService } from '#ledger';
import { isPlantedBug, type PlantedBug } from './planted-bugs.ts';

/*
 * Loaded into a controller of the chaos run by `--import`, before the product is: breaks what the name in CHAOS_PLANT says. The
 * product itself knows nothing of it.
 */

function wrap<T extends object, K extends keyof T>(of: T, method: K, by: (original: T[K]) => T[K]): void {
  of[method] = by(of[method]);
}

const planting: Record<PlantedBug, () => void> = {
  'early-charge': () =>
    wrap(
      LedgerService.prototype,
      'post',
      (post) =>
        async function (this: LedgerService, tx, entries) {
          const isCharge = (index: number): boolean => entries[index]?.kind === 'usage.metered';
          const early = await tx.dataSource.transaction((own) =>
            post.call(
              this,
              own,
              entries.filter((_, index) => isCharge(index)),
            ),
          );
          const inTime = await post.call(
            this,
            tx,
            entries.filter((_, index) => !isCharge(index)),
          );
          return entries.flatMap((_, index) => (isCharge(index) ? early.shift() : inTime.shift()) ?? []);
        },
    ),
  'no-finalizer': () =>
    wrap(
      KubernetesObjectApi.prototype,
      'patch',
      (patch) =>
        async function (this: KubernetesObjectApi, object, ...how) {
          if (object.kind === 'Job') delete (object as V1Job).spec?.template.metadata?.finalizers;
          return await patch.call(this, object, ...how);
        } as typeof patch,
    ),
  'no-fence': () =>
    wrap(
      Leadership.prototype,
      'tryAcquire',
      (tryAcquire) =>
        async function (this: Leadership, loop): Promise<LeaderTerm | undefined> {
          const term = await tryAcquire.call(this, loop);
          return term && { ...term, fence: () => Promise.resolve(), requireTerm: () => undefined };
        },
    ),
};

const name = process.env.CHAOS_PLANT ?? '';
if (!isPlantedBug(name)) throw new Error(`there is no bug "${name}" to plant`);
planting[name]();
