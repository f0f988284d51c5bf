/**
 * Requests of a client that says who it is.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 * @module
 */
import { ArgumentError } from '../diagnostics/argument-error.ts';
import {
  request,
  type AppUnderTest,
  type FormFields,
  type TestRequest,
  type TestResponse,
} from './request.ts';
import type { TestClient } from './register-client.ts';

/** @throws {TypeError} For a client that authenticates with what the helpers do not have. */
export function askAsClient(
  app: AppUnderTest,
  client: TestClient,
  endpoint: string,
  form: FormFields,
): Promise<TestResponse> {
  return request(app, endpoint, { method: 'POST', ...presented(client, form) });
}

function presented(client: TestClient, form: FormFields): TestRequest {
  const { client_id, client_secret = '', token_endpoint_auth_method: method } = client;
  switch (method) {
    case 'none':
      return { form: { client_id, ...form } };
    case 'client_secret_post':
      return { form: { client_id, client_secret, ...form } };
    case 'client_secret_basic': {
      const pair = `${encoded(client_id)}:${encoded(client_secret)}`;
      const authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
      return { form, headers: { authorization } };
    }
    default:
      throw new ArgumentError(`express-dcr/testing: a client with ${method} has to ask by itself`);
  }
}

/** As the octets of a form, for either may hold a colon (RFC 6749 §2.3.1, Appendix B). */
function encoded(text: string): string {
  return new URLSearchParams({ text }).toString().slice('text='.length);
}
