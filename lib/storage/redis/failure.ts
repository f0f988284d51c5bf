/**
 * What may be said about a failure of Redis.
 *
 * ioredis hangs the arguments of the command on its errors, and those hold what people own. So no
 * error of a client library leaves this folder, not even as a cause: only its class does.
 *
 * @module
 */
import { StoreUnavailableError } from '../store.ts';
import { TimedOutError } from '../../timing/within.ts';

/** A stored record that is not what this version writes. Never leaves this folder. */
export class UnreadableRecordError extends Error {
  override readonly name = 'UnreadableRecordError';
}

/** @param reason - A class of failure, fit for any log. */
export function unavailable(reason: string): StoreUnavailableError {
  return new StoreUnavailableError(`the store is unavailable (${reason})`);
}

/** Codes that Redis puts before its own messages: `OOM`, `READONLY`, `NOREPLICAS`... */
const REPLY_CODE = /^[A-Z][A-Z0-9_]{1,31}(?= |$)/;
/** Those of TLS are long: `ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED`. */
const SYSTEM_CODE = /^[A-Z][A-Z0-9_]{1,63}$/;
/** What ioredis says, in plain errors, about a connection that has just gone. */
const NOT_SENT = /^(Stream isn't writeable|Connection is closed)/;
/** What Redis says, with a code that says nothing, when a script does what its user may not. */
const NOT_PERMITTED = /^ERR (The user executing the script can't|ACL failure in script)/;
/** The number of a database that there is not. */
const NO_DATABASE = /^ERR (DB index is out of range|invalid DB index)/;
const ERROR_NAME = /^[A-Za-z]{1,40}$/;

/** The class of an error: never a text that a record, a command or a stranger could be part of. */
export function reasonOf(error: unknown): string {
  if (!isError(error)) return 'unknown';
  // Of several servers: what the first one said.
  if (error instanceof AggregateError) return reasonOf(error.errors[0]);
  if (error.message.startsWith('Too many Cluster redirections')) return 'redirections';
  if (error.message.startsWith('All sentinels are unreachable')) return 'no Sentinel answers';
  if (error.name === 'ReplyError') return replyReason(error.message);
  if (error instanceof TimedOutError) return 'timeout';
  if (NOT_SENT.test(error.message)) return 'not connected';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (SYSTEM_CODE.test(code)) return code;
  return ERROR_NAME.test(error.name) ? error.name : 'Error';
}

/** Also one of another realm, as those of Node's own modules are within a `vm` context. */
function isError(error: unknown): error is Error {
  return error instanceof Error || Object.prototype.toString.call(error) === '[object Error]';
}

function replyReason(message: string): string {
  if (NOT_PERMITTED.test(message)) return 'NOPERM';
  if (NO_DATABASE.test(message)) return 'NODATABASE';
  return REPLY_CODE.exec(message)?.[0] ?? 'ReplyError';
}

/**
 * Answers of Redis about who we are, what TLS says about certificates, and what is said about a name
 * that stands for no address.
 */
const REFUSALS =
  /^(WRONGPASS|NOAUTH|NOPERM|NODATABASE|CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|.*SELF_SIGNED_CERT|ENOTFOUND|EAI_)/;

/** Whether a reason is one that somebody has to do something about. */
export function isRefusal(reason: string): boolean {
  return REFUSALS.test(reason);
}
