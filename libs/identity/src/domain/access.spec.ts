import type { PARK_ROLES } from './access.ts';
import { ACTIONS, COMPANY_ROLES, isReading, rolesThatMay } from './access.ts';

/** The promises of product.md about who "must never", read off the table. */
describe('the access table', () => {
  const actionsOf = (role: (typeof COMPANY_ROLES)[number] | (typeof PARK_ROLES)[number]) =>
    ACTIONS.filter((action) => rolesThatMay(action).includes(role));
  const writes = (role: Parameters<typeof actionsOf>[0]) => actionsOf(role).filter((action) => !isReading(action));

  it('lets an auditor read and not write', () => {
    expect(writes('auditor')).toEqual([]);
    const unread = ACTIONS.filter(
      (action) => action.endsWith('.read') && action !== 'quote.read' && !actionsOf('auditor').includes(action),
    );
    expect(unread).toEqual([]);
  });

  it('keeps money from operators, and reviews from those who decide', () => {
    // An incident is a fact without an amount: what it credits back is computed by rule (M8).
    // A decision that takes two people asks for the action of its kind as well.
    expect(writes('operator')).toEqual(['incident.manage', 'cluster.manage', 'decision.write']);
    expect(rolesThatMay('application.review').filter((role) => rolesThatMay('application.decide').includes(role))).toEqual([]);
  });

  it('lets nobody of a company decide, manage or record money', () => {
    for (const role of COMPANY_ROLES) {
      expect(
        writes(role).filter(
          (action) =>
            ![
              'application.comment',
              'application.write',
              'contact.manage',
              'job.write',
              'member.manage',
              'project.manage',
              'secret.write',
            ].includes(action),
        ),
      ).toEqual([]);
    }
  });
});
