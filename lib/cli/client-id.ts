/**
 * The id of a client, as it is typed.
 *
 * @module
 */
import { MAX_CLIENT_ID_LENGTH } from '../services/decide-on-client.ts';
import { UsageError } from './command.ts';

/** @throws {UsageError} For what is longer than the id of any client: before anything is done for others. */
export function clientIdGiven(text: string): string {
  if (text.length <= MAX_CLIENT_ID_LENGTH) return text;
  throw new UsageError(
    `a client_id has ${String(MAX_CLIENT_ID_LENGTH)} characters at most, and this one has ${String(text.length)}`,
  );
}
