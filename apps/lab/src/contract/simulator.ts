import type { KubeConfig } from '@kubernetes/client-node';
import { Agent, fetch } from 'undici';

/** The faults of a simulated cluster, over its administration API. */
export class Simulator {
  readonly #dispatcher: Agent;

  constructor(
    private readonly server: string,
    private readonly token: string,
    authority: string,
  ) {
    this.#dispatcher = new Agent({ connect: { ca: Buffer.from(authority, 'base64').toString() } });
  }

  /** Undefined where `administrator` leads to a real cluster. */
  static of(administrator: KubeConfig, platform: string): Simulator | undefined {
    const [cluster, user] = [administrator.getCurrentCluster(), administrator.getCurrentUser()];
    if (!platform.startsWith('simulated/') || cluster?.caData === undefined || user?.token === undefined) return undefined;
    return new Simulator(cluster.server, user.token, cluster.caData);
  }

  async nodeDown(name: string): Promise<void> {
    await this.#call('POST', `nodes/${name}/down`);
  }

  async nodeUp(name: string): Promise<void> {
    await this.#call('POST', `nodes/${name}/up`);
  }

  async rejectPods(name: string): Promise<void> {
    await this.#call('POST', `nodes/${name}/reject`, { reason: 'UnexpectedAdmissionError', message: 'no healthy devices present' });
  }

  async acceptPods(name: string): Promise<void> {
    await this.#call('POST', `nodes/${name}/accept`);
  }

  async loseContainer(namespace: string, name: string): Promise<void> {
    await this.#call('POST', `pods/${namespace}/${name}/lose-container`);
  }

  async addFault(rule: object): Promise<void> {
    await this.#call('POST', 'faults', rule);
  }

  async clearFaults(): Promise<void> {
    await this.#call('DELETE', 'faults');
  }

  async close(): Promise<void> {
    await this.#dispatcher.close();
  }

  async #call(method: string, path: string, body?: object): Promise<void> {
    const answer = await fetch(`${this.server}/sim/v1/${path}`, {
      ...{ method, dispatcher: this.#dispatcher },
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the simulated cluster refused ${path}: ${answer.status} ${text}`);
  }
}
