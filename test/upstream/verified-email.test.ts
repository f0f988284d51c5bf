import { describe, expect, it } from '@jest/globals';
import { joinedClaims } from '../../lib/upstream/identity.ts';
import { logIn, loginAt, provider } from './support.ts';

const MINE = 'alice@example.com';
const OTHER = 'somebody@example.com';

describe('whether an e-mail address was verified', () => {
  it.each([
    {
      name: 'userinfo, of another address',
      idToken: { email: MINE },
      userinfo: { email: OTHER, email_verified: true },
      want: { email: MINE },
    },
    {
      name: 'the ID token, which has no address',
      idToken: { email_verified: true },
      userinfo: { email: MINE },
      want: { email: MINE },
    },
    {
      name: 'both, and the ID token comes first',
      idToken: { email: MINE, email_verified: false },
      userinfo: { email: MINE, email_verified: true },
      want: { email: MINE, email_verified: false },
    },
    {
      name: 'userinfo, of the address in the ID token',
      idToken: { email: MINE },
      userinfo: { email: MINE, email_verified: true },
      want: { email: MINE, email_verified: true },
    },
    {
      name: 'userinfo, which alone has an address',
      idToken: {},
      userinfo: { email: MINE, email_verified: true },
      want: { email: MINE, email_verified: true },
    },
  ])('is said by $name', ({ idToken, userinfo, want }) => {
    expect(joinedClaims(idToken, userinfo)).toEqual(want);
  });

  it('is not taken from userinfo when the ID token has another address', async () => {
    const person = { sub: 'a', email: MINE, email_verified: true };
    const idp = await provider({ person, inIdToken: ['email'] });
    idp.script.userinfo = (claims) => {
      claims['email'] = OTHER;
    };
    const { claims } = await logIn(loginAt(idp));
    expect(claims).toMatchObject({ email: MINE });
    expect(claims).not.toHaveProperty('email_verified');
  });
});
