/**
 * Authorization codes and refresh tokens, which carry their own integrity.
 *
 * A code is `<grant_id>.<mac>`, a refresh token `<grant_id>.<generation>.<mac>`. The MAC covers a
 * random salt that only the grant record holds: the store keeps neither token nor digest, whoever
 * reads the store cannot make a token without the secret, and whoever has the secret cannot without
 * the store. A value that does not verify says nothing about the grant it names.
 *
 * @module
 */
import type { Keyring } from './keyring.ts';

/** What a credential is bound to. */
export interface CredentialGrant {
  readonly grant_id: string;
  readonly salt: string;
}

/** A credential taken apart; nothing about it has been proven yet. */
export interface PresentedCode {
  readonly grantId: string;
  readonly mac: string;
}

export interface PresentedRefreshToken extends PresentedCode {
  readonly generation: number;
}

export interface GrantCredentials {
  code(grant: CredentialGrant): string;
  refreshToken(grant: CredentialGrant, generation: number): string;
  isCodeOf(grant: CredentialGrant, presented: PresentedCode): boolean;
  isRefreshTokenOf(grant: CredentialGrant, presented: PresentedRefreshToken): boolean;
}

const CODE = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/;
const REFRESH_TOKEN = /^([A-Za-z0-9_-]{22})\.([1-9][0-9]{0,8})\.([A-Za-z0-9_-]{43})$/;

/** Takes a code apart; `undefined` when it cannot be one of ours. */
export function parseCode(value: string): PresentedCode | undefined {
  const [, grantId, mac] = CODE.exec(value) ?? [];
  return grantId !== undefined && mac !== undefined ? { grantId, mac } : undefined;
}

/** Takes a refresh token apart; `undefined` when it cannot be one of ours. */
export function parseRefreshToken(value: string): PresentedRefreshToken | undefined {
  const [, grantId, generation, mac] = REFRESH_TOKEN.exec(value) ?? [];
  if (grantId === undefined || generation === undefined || mac === undefined) return undefined;
  return { grantId, generation: Number(generation), mac };
}

/** @param issuer - Part of every MAC: two servers on one store never accept each other's values. */
export function createGrantCredentials(keyring: Keyring, issuer: string): GrantCredentials {
  const parts = ({ grant_id, salt }: CredentialGrant, generation: number): (string | number)[] => [
    issuer,
    grant_id,
    generation,
    salt,
  ];
  return {
    code: (grant) => `${grant.grant_id}.${keyring.mac('code', parts(grant, 0))}`,
    refreshToken: (grant, generation) =>
      `${grant.grant_id}.${String(generation)}.${keyring.mac('refresh_token', parts(grant, generation))}`,
    isCodeOf: (grant, { mac }) => keyring.verify('code', parts(grant, 0), mac),
    isRefreshTokenOf: (grant, { generation, mac }) =>
      keyring.verify('refresh_token', parts(grant, generation), mac),
  };
}
