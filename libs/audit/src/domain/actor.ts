/** Who acts: a signed-in person, or a part of the system. */
export interface Actor {
  readonly kind: 'user' | 'system';
  readonly id: string;
  readonly name: string;
  /** Network address the request came from. */
  readonly address?: string;
  /** The reason that the person gave for this request. */
  readonly reason?: string;
}

/** A part of the system, such as `systemActor('controller')`. */
export function systemActor(name: string): Actor {
  return { kind: 'system', id: name, name };
}

/** Who acted, without the network address: the trail has it, and other readers must not see it. */
export function whoActed({ kind, id, name }: Actor): Actor {
  return { kind, id, name };
}
