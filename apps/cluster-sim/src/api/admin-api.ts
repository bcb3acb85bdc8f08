import type { FaultRule } from '../faults/fault-injector.ts';
import type { ClusterFaults } from '../faults/cluster-faults.ts';
import type { TruthLine } from '../truth/gpu-record.ts';
import type { Trouble } from '../kubelet/start-trouble.ts';
import type { JsonObject } from '../objects/kube-object.ts';
import { isObject } from '../validation/decode.ts';
import type { Exchange } from './exchange.ts';
import { badRequest, pathNotFound } from './status.ts';

/**
 * What a test in another process needs, below `/sim/v1` with the cluster's own token:
 *
 * - `GET /sim/v1/truth`: the record of GPU-seconds, `{ now, podEvents, pods: [{ uid, namespace, name, job, labels, node, gpus, startedAt, endedAt?, end?, gpuSeconds }] }`;
 *   `podEvents` counts the events of pods that watchers got
 * - `GET /sim/v1/dcgm`: what a DCGM exporter reports of the GPUs that pods run on now, for Prometheus
 * - `GET /sim/v1/faults`: rules in force; `POST` with `{ verb?, resource?, namespace?, probability?, count?, effect }` adds one (201, `{ id }`);
 *   `DELETE /sim/v1/faults` removes all, `DELETE /sim/v1/faults/<id>` one. `effect.kind`: `status` (code 400, 403, 409, 410, 413, 422, 429, 500, 503; retryAfterSeconds?, message?),
 *   `warning` (message), `lost-answer`, `delay` (milliseconds), `reset`, `drop-events`, `duplicate-events`, `delay-events` (milliseconds)
 * - `POST /sim/v1/drop-watches`
 * - `POST /sim/v1/compact`: forget the history, so that every resumed watch and continued list is 410
 * - `POST /sim/v1/api-down` with `{ milliseconds }` of wall time
 * - `POST /sim/v1/clock-error` with `{ seconds }`: by so much the `Date` of the answers is wrong
 * - `POST /sim/v1/nodes/<name>/down`, `/cut-off` (what runs there runs on, unheard) and `/up`
 * - `POST /sim/v1/nodes/<name>/reject` with `{ reason, message }`: it takes no pod from then on; `/accept` ends that
 * - `POST /sim/v1/pods/<namespace>/<name>/force-delete`: gone without grace and finalizers
 * - `POST /sim/v1/pods/<namespace>/<name>/lose-container`: failed as `ContainerStatusUnknown`, without times
 */
export class AdminApi {
  constructor(
    private readonly faults: ClusterFaults,
    private readonly truth: () => { readonly now: number; readonly podEvents: number; readonly pods: readonly TruthLine[] },
    private readonly dcgm: () => string,
  ) {}

  async answer(exchange: Exchange): Promise<void> {
    const [, , ...rest] = exchange.url.pathname
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
    await this.#call(exchange, rest);
  }

  async #call(exchange: Exchange, [what = '', ...rest]: readonly string[]): Promise<void> {
    const done = { done: true };
    switch (`${exchange.method} ${what}`) {
      case 'GET truth':
        exchange.send(200, this.truth());
        return;
      case 'GET dcgm':
        exchange.response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
        exchange.response.end(this.dcgm());
        return;
      case 'GET faults':
        exchange.send(200, { faults: this.faults.rules.list() });
        return;
      case 'POST faults': {
        const rule = (await exchange.objectBody()) as unknown as Partial<FaultRule>;
        if (rule.effect === undefined || typeof rule.effect.kind !== 'string') throw badRequest('effect.kind is required');
        exchange.send(201, { id: this.faults.rules.add(rule as FaultRule) });
        return;
      }
      case 'DELETE faults':
        if (rest[0] === undefined) this.faults.rules.clear();
        else if (!this.faults.rules.remove(Number(rest[0]))) throw pathNotFound();
        exchange.send(200, done);
        return;
      case 'POST drop-watches':
        exchange.send(200, { dropped: this.faults.dropWatches() });
        return;
      case 'POST compact':
        this.faults.compact();
        exchange.send(200, done);
        return;
      case 'POST api-down': {
        const body = await exchange.body();
        const milliseconds = isObject(body) ? Number(body.milliseconds) : NaN;
        if (!(milliseconds > 0)) throw badRequest('milliseconds must be a positive number');
        exchange.send(200, done);
        setImmediate(() => {
          this.faults.apiDown(milliseconds);
        });
        return;
      }
      case 'POST clock-error': {
        const { seconds } = await exchange.objectBody();
        if (typeof seconds !== 'number') throw badRequest('seconds must be a number');
        this.faults.clockError(seconds);
        exchange.send(200, done);
        return;
      }
      case 'POST nodes':
        if (rest[1] !== 'reject') {
          this.#inject(exchange, what, rest);
          return;
        }
        this.faults.nodeRejects(rest[0] ?? '', rejectionIn(await exchange.objectBody()));
        exchange.send(200, done);
        return;
      default:
        this.#inject(exchange, what, rest);
    }
  }

  #inject(exchange: Exchange, what: string, [first = '', second = '', third = '']: readonly string[]): void {
    if (exchange.method !== 'POST') throw pathNotFound();
    if (what === 'nodes' && second === 'down') this.faults.nodeDown(first);
    else if (what === 'nodes' && second === 'cut-off') this.faults.nodeCutOff(first);
    else if (what === 'nodes' && second === 'up') this.faults.nodeUp(first);
    else if (what === 'nodes' && second === 'accept') this.faults.nodeRejects(first, undefined);
    else if (what === 'pods' && third === 'force-delete') this.faults.forceDelete(first, second);
    else if (what === 'pods' && third === 'lose-container') this.faults.loseContainer(first, second);
    else throw pathNotFound();
    exchange.send(200, { done: true });
  }
}

function rejectionIn({ reason, message }: JsonObject): Trouble {
  if (typeof reason !== 'string' || typeof message !== 'string') throw badRequest('reason and message are required');
  return { reason, message };
}
