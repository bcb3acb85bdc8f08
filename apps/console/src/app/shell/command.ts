import type { ReactNode } from 'react';

/** A line of the palette. */
export interface Command {
  readonly key: string;
  readonly label: string;
  readonly icon?: ReactNode;
  /** What tells it from others with its label. */
  readonly detail?: string;
  /** What kind of thing it is. */
  readonly kind: string;
  readonly run: () => void;
}
