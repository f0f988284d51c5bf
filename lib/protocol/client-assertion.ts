/**
 * A signed assertion in the place of a secret: `private_key_jwt`.
 *
 * What stands in it is read here before anything is proven, to learn who is asking. That it is true
 * is for the keys of the client to say.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7521#section-4.2
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-2.2
 * @module
 */
import type { Parameters } from './parameters.ts';

/** RFC 7523 §2.2: "The value of the "client_assertion_type" is ...". */
export const CLIENT_ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Asymmetric ones alone: with a secret that both sides know, either could have made it. */
export const ASSERTION_ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'Ed25519',
  'EdDSA',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
] as const;

export type AssertionAlgorithm = (typeof ASSERTION_ALGORITHMS)[number];

/** The two parameters, where one of them is there. */
export interface AssertionParameters {
  readonly type: string | undefined;
  readonly assertion: string | undefined;
}

/** @throws {OAuthError} `invalid_request` when one was given twice. */
export function readAssertion(parameters: Parameters): AssertionParameters | undefined {
  const type = parameters.get('client_assertion_type');
  const assertion = parameters.get('client_assertion');
  return type === undefined && assertion === undefined ? undefined : { type, assertion };
}

/** Whom an assertion speaks of, by its own account; `undefined` when it cannot be read. */
export function subjectOf(assertion: string): string | undefined {
  const { sub } = Object(payloadOf(assertion)) as { sub?: unknown };
  return typeof sub === 'string' && sub !== '' ? sub : undefined;
}

function payloadOf(assertion: string): unknown {
  const [, payload = '', ...rest] = assertion.split('.');
  if (rest.length !== 1) return undefined;
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
