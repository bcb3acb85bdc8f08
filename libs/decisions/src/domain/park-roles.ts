/** How a person's roles for the park change: what is added takes a second administrator, what is only taken away does not. */
export interface RoleChange<Role extends string> {
  readonly added: readonly Role[];
  readonly removed: readonly Role[];
}

export function roleChange<Role extends string>(before: readonly Role[], after: readonly Role[]): RoleChange<Role> {
  return {
    added: [...new Set(after)].filter((role) => !before.includes(role)),
    removed: before.filter((role) => !after.includes(role)),
  };
}

/** The roles after `change`, whatever they have become meanwhile. */
export function changedRoles<Role extends string>(present: readonly Role[], { added, removed }: RoleChange<Role>): Role[] {
  return [...new Set([...present, ...added])].filter((role) => !removed.includes(role));
}
