import { OAuthError } from '../../lib/protocol/errors.ts';

/** The body that a refusal is answered with; an error of another kind is an error of the test. */
export function refusalOf(run: () => unknown): { error: string; error_description: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof OAuthError) return error.toJSON();
    throw error;
  }
  throw new Error('nothing was refused');
}
