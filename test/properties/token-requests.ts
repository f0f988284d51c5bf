/** Token requests put together of parts, each of them right or wrong, for codes and tokens that exist. */
import fc, { type Arbitrary } from 'fast-check';
import { RESOURCE } from '../support/app.ts';
import {
  basic,
  inEncodedHeader,
  inHeader,
  type ConfidentialClient,
} from '../support/confidential.ts';
import { MARK } from './hostile.ts';
import {
  nothing,
  one,
  oneOf,
  right,
  SCOPE,
  twice,
  wrong,
  type Attempt,
  type Choice,
  type Client,
  type Holder,
  type Pairs,
  type Part,
} from './token-request-parts.ts';

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
): Choice {
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
      // Twice, for it is what must never pass.
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

const code = grant(
  'authorization_code',
  'code',
  (holder) => holder.code,
  ({ isRedeemed }) => !isRedeemed,
);
const token = grant(
  'refresh_token',
  'refresh_token',
  ({ refresh_token }) => refresh_token ?? INVENTED,
  ({ refresh_token }) => refresh_token !== undefined,
);

/** A request for tokens, whose credentials are those that its holder has at the moment. */
export type Request = (holder: Holder) => Attempt;

/** Every part right, or all but one. The first says who asks. */
function requestOf(...choices: readonly Choice[]): {
  right: Arbitrary<Request>;
  any: Arbitrary<Request>;
} {
  const rights = fc.tuple(...choices.map((choice) => fc.constantFrom(...choice.rights)));
  const faults = choices.flatMap(({ wrongs }, place) => wrongs.map((fault) => ({ place, fault })));
  const put =
    (parts: readonly Part[]): Request =>
    (holder) => {
      const made = parts.map((make) => make(holder));
      return {
        pairs: made.flatMap(({ pairs }) => [...pairs]),
        header: made[0]?.header,
        fits: made.every(({ fits }) => fits),
      };
    };
  const spoiled = fc
    .tuple(rights, fc.constantFrom(...faults))
    .map(([parts, { place, fault }]) => put(parts.with(place, fault)));
  const right = rights.map(put);
  return { right, any: fc.oneof({ weight: 7, arbitrary: spoiled }, right) };
}

export const REQUESTS = {
  public: {
    code: requestOf(publicly, code, proof, place, resource),
    token: requestOf(publicly, token, scope, resource),
  },
  confidential: {
    code: requestOf(confidentially, code, proof, place, resource),
    token: requestOf(confidentially, token, scope, resource),
  },
};
