/**
 * Updating a registration: what is sent takes the place of all that was.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7592#section-2.2
 * @module
 */
import { licensedPolicy } from '../policy/scope-policy.ts';
import { wishOf } from '../policy/wish.ts';
import { hasSecret, type ClientInformation } from '../protocol/client.ts';
import { OAuthError } from '../protocol/errors.ts';
import { invalid, membersOf } from '../protocol/metadata-members.ts';
import { formatScope, parseScope, type Scope } from '../protocol/scope.ts';
import type { ClientRecord, ClientStore, NewClient, RegistrationToken } from '../storage/store.ts';
import { sha256 } from '../tokens/digest.ts';
import { decideRegistration, type DecideRegistrationDeps } from './decide-registration.ts';
import { tellDecision, type TellDecisionDeps } from './tell-decision.ts';
import {
  informationOf,
  OVERLAP_MS,
  recordWithout,
  unknownRegistration,
  type ManagedClient,
  type ManagedClientDeps,
} from './managed-client.ts';
import { nextSecret, sentSecret, type NextSecret } from './next-secret.ts';
import type { Registrant } from './register-client.ts';
import { requireRegistrations, type RegistrationAccessDeps } from './registration-access.ts';
import { clientOfRecord } from './resolve-client.ts';

export interface UpdateClientDeps
  extends
    DecideRegistrationDeps,
    ManagedClientDeps,
    TellDecisionDeps,
    Pick<RegistrationAccessDeps, 'registration' | 'registrationClosed'> {
  readonly scopePolicy: ManagedClientDeps['scopePolicy'];
  readonly clients: ManagedClientDeps['clients'] & Pick<ClientStore, 'update'>;
}

/**
 * Decides about the metadata as about that of a new client. The id, what people have allowed and the
 * end of the record stay; a token that is used here is followed by another.
 *
 * @param body - The request body, whatever it is. Of what only the server can say, the client's id has to
 * be right, and its secret where it is sent; the rest is ignored, for many send back what they were told.
 * @throws {OAuthError} What {@link decideRegistration} throws; what
 * {@link requireRegistrations} throws;
 * `temporarily_unavailable` with 409 for one of two updates at the same time.
 */
export async function updateClient(
  deps: UpdateClientDeps,
  managed: ManagedClient,
  body: unknown,
  { seenFrom, network }: Omit<Registrant, 'licence'> = {},
): Promise<ClientInformation> {
  const { record, next } = managed;
  const { client_id } = record;
  requireRegistrations(deps);
  const sent = membersOf(Object(body) as object);
  const now = deps.storeNow();
  const sentSecretOf = sent('client_secret');
  if (sent('client_id') !== client_id) {
    throw invalid('client_id must be that of the client that is updated');
  }
  sentSecret(record, sentSecretOf, now);
  // What an initial access token opened stays open to the client that came with it.
  const context = { network, kind: 'update', client_id, licence: record.licence } as const;
  const decision = await decideRegistration(deps, asAsked(deps, record, body), context);
  const { metadata, requested, registered } = decision;

  const offer = { sent: sentSecretOf, offered: next.client_secret, now };
  const secret = hasSecret(metadata) ? nextSecret(record, offer) : undefined;
  const updated: NewClient = {
    ...recordWithout(record, 'secret_digest', 'previous_secret', 'requested'),
    metadata,
    ...secret?.kept,
    ...(requested && { requested: formatScope(requested) }),
    registered: { scopes: registered, policy: deps.scopePolicy.digest },
    registration_token: nextToken(managed, now),
  };
  await keep(deps, record, updated);

  const reason = rotation(record, secret);
  tellDecision(deps, { name: 'client.updated', client_id, seenFrom, reason }, decision);
  return informationOf(
    deps,
    { ...updated, v: record.v, expires_at: record.expires_at, used: record.used },
    { ...next, client_secret: secret?.client_secret },
  );
}

/** As it was sent, but for what it asks for: by what the client was told, here or by another policy. */
function asAsked(
  deps: Pick<UpdateClientDeps, 'scopePolicy' | 'storeNow'>,
  record: ClientRecord,
  body: unknown,
): unknown {
  const members = Object(body) as Readonly<Record<string, unknown>>;
  const parts: unknown[] = [membersOf(members)('scope') ?? []].flat();
  const sent = parts.every((part) => typeof part === 'string') && parseScope(parts.join(' '));
  if (!sent) return body;
  const { requested, registered } = clientOfRecord(deps, record);
  const wish = wishOf(sent, { requested, told: [registered, record.registered.scopes] });
  // What it has not sent, and nobody can register any more, is nothing to refuse it for.
  const { registrable } = licensedPolicy(deps.scopePolicy, record.licence?.scopes);
  const isAsked = (scope: Scope): boolean => sent.includes(scope) || registrable.includes(scope);
  return { ...members, scope: wish?.filter(isAsked) };
}

/** The token that came is good until the next one is used: the answer may be lost. */
function nextToken(
  { record, token, standing, next, isRepeated }: ManagedClient,
  now: number,
): RegistrationToken {
  // Not sliding: whoever asks again and again with the same one gets no longer than the first time.
  const { previous } = record.registration_token ?? {};
  if (isRepeated && record.registration_token) return record.registration_token;
  return {
    digest: sha256(next.registration_access_token),
    previous:
      standing === 'previous' && previous
        ? previous
        : { digest: sha256(token), ends_at: now + OVERLAP_MS },
  };
}

async function keep(
  { clients }: UpdateClientDeps,
  record: ClientRecord,
  updated: NewClient,
): Promise<void> {
  const outcome = await clients.update(record, updated);
  if (outcome === 'updated') return;
  if (outcome === 'gone') throw unknownRegistration();
  throw new OAuthError(
    'temporarily_unavailable',
    'the client was changed at the same time: read it and try again',
    { status: 409 },
  );
}

/** What became of the secret, where that is not what it was. */
function rotation(
  { secret_digest }: ClientRecord,
  secret: NextSecret | undefined,
): string | undefined {
  if (secret_digest === secret?.kept.secret_digest) return undefined;
  return secret ? 'secret issued' : 'secret ended';
}
