import { describe, expect, it } from '@jest/globals';
import { namedAddressProblem } from '../../lib/upstream/address.ts';

const PUBLIC = 'https://accounts.example.com';
const NAMED = 'https://keycloak';
const PRIVATE = 'https://10.0.0.5:8443';
const LOOPBACK = 'http://127.0.0.1:8080';

describe('an address that a provider names', () => {
  it.each([
    [PUBLIC, 'http://accounts.example.com/token', 'must be an https URL'],
    [PUBLIC, 'http://localhost/token', 'must be an https URL'],
    [PUBLIC, 'https://localhost/token', 'is in a private network'],
    [PUBLIC, 'https://127.0.0.1/token', 'is in a private network'],
    [PUBLIC, 'https://2130706433/token', 'is in a private network'],
    [PUBLIC, 'https://[::1]/token', 'is in a private network'],
    [PUBLIC, 'https://[fd00::7]/token', 'is in a private network'],
    [PUBLIC, 'https://[::ffff:169.254.169.254]/token', 'is in a private network'],
    [PUBLIC, 'https://192.168.0.7/token', 'is in a private network'],
    [PUBLIC, 'https://metadata/token', 'is in a private network'],
    [PUBLIC, 'https://user:word@accounts.example.com/token', 'must have no user info'],
    [PUBLIC, 'https://accounts.example.com/token#x', 'must have no fragment'],
    [PUBLIC, 'ftp://accounts.example.com/token', 'must be an https URL'],
    [PUBLIC, 7, 'is not a URL'],
    [NAMED, 'https://169.254.169.254/token', 'is in a private network'],
    [NAMED, 'https://localhost/token', 'is in a private network'],
    [PRIVATE, 'https://10.0.0.6/token', 'is in a private network'],
    [LOOPBACK, 'http://10.0.0.6/token', 'must be an https URL'],
  ])('of %s is refused: %s', (issuer, address, problem) => {
    expect(namedAddressProblem(address, new URL(issuer))).toContain(problem);
  });

  it.each([
    [PUBLIC, 'https://accounts.example.com/token?tenant=1'],
    [PUBLIC, 'https://oauth2.example.net/token'],
    [PUBLIC, 'https://93.184.216.34/token'],
    [NAMED, 'https://keycloak:8443/token'],
    [NAMED, 'https://keycloak.corp.example/token'],
    [NAMED, 'https://tokens/token'],
    [PRIVATE, 'https://10.0.0.5:9443/token'],
    [LOOPBACK, 'http://127.0.0.1:9090/token'],
    [LOOPBACK, 'http://localhost:8080/token'],
  ])('of %s is taken: %s', (issuer, address) => {
    expect(namedAddressProblem(address, new URL(issuer))).toBeUndefined();
  });
});
