/**
 * What becomes of a person whom a provider has named: how they are known here, what is kept of them,
 * and what a page shows.
 *
 * @module
 */
import assert from 'node:assert/strict';
import { createCatalogue } from '../../../lib/pages/catalogue.ts';
import { destinationOf } from '../../../lib/pages/destination.ts';
import { renderPage } from '../../../lib/pages/page.ts';
import { claimNames } from '../../../lib/protocol/standard-claims.ts';
import { claimsToKeep, openClaims } from '../../../lib/services/grant-claims.ts';
import { openUpstreamTokens } from '../../../lib/services/kept-upstream-tokens.ts';
import {
  admittedPerson,
  loginResult,
  openPerson,
  upstreamOf,
} from '../../../lib/services/upstream-person.ts';
import { createEnvelopes } from '../../../lib/tokens/envelope.ts';
import type {
  UpstreamIdentity,
  UpstreamLogin,
  UpstreamTokens,
} from '../../../lib/upstream/port.ts';

const GRANT = { grant_id: 'abcdefghijklmnopqrstuv', client_id: 'client-1' };
const SCOPES = ['openid', 'profile', 'email', 'phone', 'address'];
const MAX_SUBJECT = 255;
/** Of the claims, as JSON; beside them there is room for how the person logged in. */
const MAX_CLAIMS = 4096;
/** All that is kept of the person of a login, sealed under one secret. */
const MAX_PERSON = 32_000;

export const envelopes = createEnvelopes({
  secrets: ['a'.repeat(32)],
  issuer: 'https://auth.example.com',
  randomBytes: (size) => Buffer.alloc(size, 7),
});

/** @throws When the person could be somebody else, is too much to keep, or writes on the page. */
export async function requirePerson(
  login: UpstreamLogin,
  identity: UpstreamIdentity,
): Promise<void> {
  const { sub, tokens } = identity;
  const person =
    (await admittedPerson(login, identity, SCOPES)) ?? assert.fail('nobody was refused');
  assert.equal(person.sub, `idp|${sub}`);
  assert.ok(person.sub.length <= MAX_SUBJECT && !/[\p{Cc}\p{Cs}]/u.test(person.sub));
  assert.deepEqual(upstreamOf(person.sub), { name: 'idp', sub });
  const known = claimNames(SCOPES);
  assert.ok(Object.keys(person.claims ?? {}).every((name) => known.includes(name)));
  requireTokens(tokens);
  const kept = loginResult({ envelopes }, GRANT.grant_id, login, person, identity);
  assert.ok(kept.person.length <= MAX_PERSON, 'a person who fills the store');
  requireSame(openPerson({ envelopes }, GRANT.grant_id, kept), person);
  const opened = openUpstreamTokens(envelopes, GRANT.grant_id, kept.tokens ?? '');
  requireSame(opened.tokens, tokens);
  const logger = silentLogger();
  const claims = claimsToKeep({ envelopes, logger }, GRANT, person, SCOPES);
  const granted = openClaims(envelopes, { ...GRANT, ...(claims !== undefined && { claims }) });
  assert.ok(Buffer.byteLength(JSON.stringify(granted.claims)) <= MAX_CLAIMS);
  assert.ok((granted.amr ?? []).every((one) => typeof one === 'string'));
  const { name = person.email } = person;
  if (name) requireOnPage(name);
}

/** @throws When they would not come back from the store as they went in. */
export function requireTokens(tokens: UpstreamTokens): void {
  const { expires_at, ...texts } = tokens;
  assert.ok(Object.values(texts).every((value) => typeof value === 'string'));
  assert.ok(expires_at === undefined || Number.isFinite(expires_at), 'an end that is no time');
  assert.match(tokens.access_token, /^[\x20-\x7e]+$/);
  assert.equal(tokens.token_type, 'bearer');
}

/** As text: what came from the network is made of the objects of Node, and tests run in a world of their own. */
export function requireSame(one: unknown, other: unknown): void {
  assert.equal(JSON.stringify(one), JSON.stringify(other));
}

const ENGLISH = createCatalogue().get('en') ?? assert.fail('no English');
const MARK = 'MARK-OF-THE-PERSON';
const [BEFORE = '', AFTER = ''] = pageWith(MARK).split(MARK);

function pageWith(person: string): string {
  const href = 'https://app.example/cb';
  const data = { reference: 'r', person, returnTo: { href, destination: destinationOf(href) } };
  const frame = { site: { style: '' }, language: ENGLISH };
  return renderPage({ kind: 'account-refusal', data }, frame);
}

/** The page is what it is without the name, and in its place stands text and nothing else. */
function requireOnPage(name: string): void {
  const html = pageWith(name);
  assert.ok(html.startsWith(BEFORE) && html.endsWith(AFTER), 'a name that changes the page');
  const shown = html.slice(BEFORE.length, html.length - AFTER.length);
  assert.match(shown, /^(?:[^<>"'&]|&(?:lt|gt|quot|amp|#39);)*$/);
}

function silentLogger() {
  const silent = (): void => undefined;
  return { debug: silent, info: silent, warn: silent, error: silent };
}
