/**
 * What an operator can do about signing keys that do not open.
 *
 * @module
 */
import type { Unopened } from '../tokens/envelope.ts';

export const UNOPENED_REMEDIES: Readonly<Record<Unopened, string>> = {
  'unknown secret':
    'none of the secrets opens them: put the secret that sealed them back into DCR_SECRET, behind the first',
  'unknown version': 'a later version of the server wrote them: run that version',
  damaged:
    'they were changed, or are of another issuer: restore them, or delete the key to begin anew',
};
