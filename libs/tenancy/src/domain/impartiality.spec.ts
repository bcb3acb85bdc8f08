import fc from 'fast-check';
import { DomainError } from '#kernel';
import { requireOutsider } from './impartiality.ts';

describe('conflict of interest (P4)', () => {
  it('refuses an act that concerns any company of the person, and no other', () => {
    const companies = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'));
    fc.assert(
      fc.property(companies, companies, (own, concerned) => {
        const act = () => requireOutsider(own, concerned);
        const refused = { name: DomainError.name, code: 'access.conflict-of-interest', kind: 'forbidden' };
        if (concerned.some((company) => own.includes(company))) expect(act).toThrow(expect.objectContaining(refused) as Error);
        else expect(act).not.toThrow();
      }),
    );
  });
});
