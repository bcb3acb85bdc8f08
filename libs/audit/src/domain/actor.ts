/** Who does something: a signed-in person, or a part of the system that acts by itself. */
export interface Actor {
  readonly kind: 'user' | 'system';
  readonly id: string;
  readonly name: string;
  /** Network address the request came from. */
  readonly address?: string;
  /** Why, where they said so of all they do in this request. */
  readonly reason?: string;
}

/** A part of the system, such as `systemActor('controller')`. */
export function systemActor(name: string): Actor {
  return { kind: 'system', id: name, name };
}

/** Who acted, without where from: the trail keeps that, and the other side does not read it. */
export function whoActed({ kind, id, name }: Actor): Actor {
  return { kind, id, name };
}
