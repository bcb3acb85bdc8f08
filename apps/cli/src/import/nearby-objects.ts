import { ManifestPart } from './manifest-part.ts';

/** Objects of the same file that a pod may name: their contents replace the name where a job file has no such object. */
export class NearbyObjects {
  readonly #configMaps = new Map<string, Readonly<Record<string, string>>>();
  readonly #claims = new Map<string, string | undefined>();

  constructor(documents: readonly unknown[]) {
    for (const document of documents) {
      const object = new ManifestPart(document, '', []);
      const name = object.part('metadata').text('name') ?? '';
      if (object.text('kind') === 'ConfigMap') this.#configMaps.set(name, object.texts('data'));
      if (object.text('kind') === 'PersistentVolumeClaim') {
        this.#claims.set(name, object.part('spec').part('resources').part('requests').text('storage'));
      }
    }
  }

  /** The entries of a ConfigMap of the file. */
  configMap(name: string): Readonly<Record<string, string>> | undefined {
    return this.#configMaps.get(name);
  }

  /** What a PersistentVolumeClaim of the file asks for. */
  claimedSize(name: string): string | undefined {
    return this.#claims.get(name);
  }
}
