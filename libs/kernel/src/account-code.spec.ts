import { accounts, parseAccountCode } from './account-code.ts';

describe('account codes (L6)', () => {
  it.each([
    [accounts.programmeBudget('programme_1'), { kind: 'programme', owner: 'programme_1', side: 'budget' }],
    [accounts.grantAvailable('grant_1'), { kind: 'grant', owner: 'grant_1', side: 'available' }],
    [accounts.grantHeld('grant_1'), { kind: 'grant', owner: 'grant_1', side: 'held' }],
    [accounts.walletAvailable('company_1'), { kind: 'wallet', owner: 'company_1', side: 'available' }],
    [accounts.walletHeld('company_1'), { kind: 'wallet', owner: 'company_1', side: 'held' }],
    [accounts.usage('a100'), { kind: 'usage', owner: 'a100', side: '' }],
    [accounts.absorbed, { kind: 'absorbed', owner: '', side: '' }],
    [accounts.lapsed, { kind: 'lapsed', owner: '', side: '' }],
    [accounts.external, { kind: 'external', owner: '', side: '' }],
  ])('%s says its kind, owner and side', (code, name) => {
    expect(parseAccountCode(code)).toEqual(name);
  });

  it('of no known kind are refused', () => {
    expect(() => parseAccountCode('purse:company_1:held')).toThrow('purse:company_1:held is the code of an account');
  });
});
