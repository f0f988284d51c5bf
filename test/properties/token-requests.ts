/** Token requests put together of parts, each of them right or wrong, for codes and tokens that exist. */
import fc, { type Arbitrary } from 'fast-check';
import { RESOURCE } from '../support/app.ts';
import {
  basic,
  inEncodedHeader,
  inHeader,
  type ConfidentialClient,
} from '../support/confidential.ts';
import type { Pkce } from '../support/flow.ts';
import { MARK } from './hostile.ts';

/** What is asked for at every login. */
export const SCOPE = 'openid offline_access profile';

interface Client {
  readonly client_id: string;
  /** Absent for a public client. */
  readonly client_secret?: string;
}

/** A client with a code, and what it has by now. */
export interface Holder extends Client, Pkce {
  readonly redirect_uri: string;
  readonly code: string;
  /** Another client of the same kind. */
  readonly other: Client;
  isRedeemed: boolean;
  refresh_token: string | undefined;
}

type Pairs = readonly (readonly [name: string, value: string])[];

export interface Attempt {
  readonly pairs: Pairs;
  readonly header?: string | undefined;
  /** Whether it is to be answered with tokens. */
  readonly fits: boolean;
}

type Part = (holder: Holder) => Attempt;

const part =
  (fits: boolean) =>
  (pairs: (holder: Holder) => Pairs, header?: (holder: Holder) => string | undefined): Part =>
  (holder) => ({ fits, pairs: pairs(holder), header: header?.(holder) });
const right = part(true);
const wrong = part(false);

const nothing = (): Pairs => [];
const one =
  (name: string, valueOf: (holder: Holder) => string) =>
  (holder: Holder): Pairs => [[name, valueOf(holder)]];
const twice =
  (name: string, valueOf: (holder: Holder) => string) =>
  (holder: Holder): Pairs =>
    [valueOf(holder), valueOf(holder)].map((value) => [name, value] as const);

/** One of the right parts mostly, or one of the wrong ones. */
function oneOf(rights: readonly Part[], wrongs: readonly Part[]): Arbitrary<Part> {
  return fc.oneof({ weight: 7, arbitrary: fc.constantFrom(...rights) }, fc.constantFrom(...wrongs));
}

const id = one('client_id', ({ client_id }) => client_id);
const otherId = one('client_id', ({ other }) => other.client_id);

function withSecret({ client_id, client_secret = '' }: Client): ConfidentialClient {
  return { client_id, client_secret };
}

const publicly = oneOf(
  [right(id), right(id), right(nothing, ({ client_id }) => basic(`${client_id}:`))],
  [
    wrong(nothing),
    wrong(otherId),
    wrong(one('client_id', () => MARK)),
    wrong(twice('client_id', ({ client_id }) => client_id)),
    wrong((holder) => [...id(holder), ['client_secret', MARK]]),
    wrong(nothing, ({ client_id }) => basic(`${client_id}:${MARK}`)),
    wrong(id, () => `Bearer ${MARK}`),
  ],
);

const secret = one('client_secret', ({ client_secret = '' }) => client_secret);
const inHeaderOf =
  (present: typeof inHeader) =>
  (holder: Holder): string | undefined =>
    present(withSecret(holder)).headers?.['Authorization'];
const header = inHeaderOf(inHeader);

const confidentially = oneOf(
  [
    right((holder) => [...id(holder), ...secret(holder)]),
    right(nothing, header),
    right(id, header),
    right(nothing, inHeaderOf(inEncodedHeader)),
  ],
  [
    wrong(id),
    wrong((holder) => [...id(holder), ['client_secret', MARK]]),
    wrong((holder) => [...id(holder), ['client_secret', holder.other.client_secret ?? '']]),
    wrong((holder) => [...otherId(holder), ...secret(holder)]),
    wrong((holder) => [...id(holder), ...secret(holder)], header),
    wrong(secret, header),
    wrong(otherId, header),
    wrong(nothing, ({ client_id }) => basic(`${client_id}:${MARK}`)),
    wrong(nothing, ({ other }) => inHeader(withSecret(other)).headers?.['Authorization']),
    wrong(id, () => `Bearer ${MARK}`),
  ],
);

const verifier = ({ code_verifier }: Holder): string => code_verifier;
const proof = oneOf(
  [right(one('code_verifier', verifier))],
  [
    wrong(nothing),
    wrong(twice('code_verifier', verifier)),
    wrong(one('code_verifier', ({ code_challenge }) => code_challenge)),
    wrong(one('code_verifier', () => MARK.repeat(5))),
    wrong(one('code_verifier', (holder) => `${verifier(holder)}A`)),
    wrong(one('code_verifier', (holder) => verifier(holder).slice(1))),
  ],
);

const redirectUri = ({ redirect_uri }: Holder): string => redirect_uri;
const place = oneOf(
  [right(one('redirect_uri', redirectUri))],
  [
    wrong(nothing),
    wrong(twice('redirect_uri', redirectUri)),
    wrong(one('redirect_uri', (holder) => `${redirectUri(holder)}/`)),
    wrong(one('redirect_uri', (holder) => redirectUri(holder).replace(/(?::8080)?\/c/, ':8081/c'))),
    wrong(one('redirect_uri', () => `https://${MARK}.example/cb`)),
  ],
);

const resource = oneOf(
  [
    right(nothing),
    right(one('resource', () => RESOURCE)),
    right(twice('resource', () => RESOURCE)),
    right(one('resource', () => `${RESOURCE}/`)),
  ],
  [
    wrong(one('resource', () => `${RESOURCE}/${MARK}`)),
    wrong(one('resource', () => MARK)),
    wrong((holder) => [
      ['resource', RESOURCE],
      ['resource', holder.redirect_uri],
    ]),
  ],
);

const scope = oneOf(
  [
    right(nothing),
    right(one('scope', () => SCOPE)),
    right(one('scope', () => 'profile  openid')),
    right(one('scope', () => ' ')),
  ],
  [
    wrong(one('scope', () => `${SCOPE} email`)),
    wrong(one('scope', () => MARK)),
    wrong(one('scope', () => `"${MARK}`)),
    wrong(twice('scope', () => 'openid')),
  ],
);

/** A refresh token of the right form that nobody has issued. */
const INVENTED = `${MARK.padEnd(22, 'A')}.1.${'A'.repeat(43)}`;

/** The grant type, and what it redeems: of the right form always, and good as long as it is. */
function grant(
  type: string,
  name: string,
  value: (holder: Holder) => string,
  isGood: (holder: Holder) => boolean,
): Arbitrary<Part> {
  const typed =
    (of: (holder: Holder) => Pairs, said = type) =>
    (holder: Holder): Pairs => [['grant_type', said], ...of(holder)];
  const cut = one(name, (holder) => value(holder).slice(0, -1));
  // The first character of the proof that we made it.
  const forged = one(name, (holder) =>
    value(holder).replace(/.(?=.{42}$)/, (c) => (c === 'A' ? 'B' : 'A')),
  );
  return oneOf(
    [(holder) => ({ pairs: typed(one(name, value))(holder), fits: isGood(holder) })],
    [
      wrong(typed(nothing)),
      wrong(typed(one(name, () => MARK))),
      wrong(typed(one(name, () => INVENTED))),
      wrong(typed(cut)),
      wrong(typed(forged)),
      wrong(typed(forged)),
      wrong(typed(twice(name, value))),
      wrong(typed(one(name, value), MARK)),
      wrong(typed(one(name, value), type.toUpperCase())),
      wrong((holder) => [['grant_type', type], ...typed(one(name, value))(holder)]),
      wrong(one(name, value)),
    ],
  );
}

/** Any request for tokens of a holder, whose credentials are those of the moment. */
export const request: Arbitrary<(holder: Holder) => Attempt> = fc
  .record({
    isCode: fc.boolean(),
    ...{ publicly, confidentially, proof, place, resource, scope },
    code: grant(
      'authorization_code',
      'code',
      ({ code }) => code,
      ({ isRedeemed }) => !isRedeemed,
    ),
    token: grant(
      'refresh_token',
      'refresh_token',
      ({ refresh_token }) => refresh_token ?? INVENTED,
      ({ refresh_token }) => refresh_token !== undefined,
    ),
  })
  .map((parts) => (holder) => {
    const who = holder.client_secret === undefined ? parts.publicly : parts.confidentially;
    const what = parts.isCode ? [parts.code, parts.proof, parts.place] : [parts.token, parts.scope];
    const made = [who, parts.resource, ...what].map((make) => make(holder));
    return {
      pairs: made.flatMap(({ pairs }) => [...pairs]),
      header: made[0]?.header,
      fits: made.every(({ fits }) => fits),
    };
  });
