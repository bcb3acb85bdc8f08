import { faultProps, faultPropsWithin } from '../src/api/problem.ts';

const REFUSED = {
  ...{ type: 'about:blank', title: 'Refused', status: 422, code: 'secret.content-invalid' },
  errors: [{ pointer: '/files/known hosts', message: 'It cannot be mounted.' }],
};

describe('what a form shows of a refusal', () => {
  it('marks the field that holds several values for a fault of one of them', () => {
    expect(faultProps(REFUSED, '/files')).toEqual({});
    expect(faultPropsWithin(REFUSED, '/files')).toEqual({ validateStatus: 'error', help: 'It cannot be mounted.' });
  });

  it('does not mark a field for the fault of one whose name begins alike', () => {
    expect(faultPropsWithin(REFUSED, '/file')).toEqual({});
  });

  it('marks nothing where the request failed for another cause', () => {
    expect(faultPropsWithin(new Error('no connection'), '/files')).toEqual({});
  });
});
