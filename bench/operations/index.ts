/**
 * The operations, with what design allows each of them to cost.
 *
 * @module
 */
import { formCall, type Call } from '../load/call.ts';
import { ask, registration } from '../load/client.ts';
import { present } from '../present.ts';
import { codes, redemption, registered, tokensOf, type Operation } from './operation.ts';

const discovery: Operation = {
  name: 'discovery',
  target: 1.1,
  async prepare({ server }) {
    const call: Call = { method: 'GET', path: server.paths.discovery, status: 200 };
    return () => call;
  },
};

const register: Operation = {
  name: 'register',
  target: 1.25,
  async prepare({ server }) {
    const call = registration(server);
    return () => call;
  },
};

/** To the redirect to the login. */
const authorize: Operation = {
  name: 'authorize',
  target: 1.3,
  async prepare(preparation) {
    const client_id = await registered(preparation);
    return () => {
      const { path } = ask(preparation.server, client_id);
      return {
        method: 'GET',
        path,
        status: preparation.server.name === 'oidc-provider' ? 303 : 302,
      };
    };
  },
};

const code: Operation = {
  name: 'code to tokens',
  target: 1.5,
  async prepare(preparation) {
    const ready = await codes(preparation, preparation.requests);
    return () => redemption(preparation.server, present(ready.pop()));
  },
};

/** Each worker refreshes what it has got, again and again. */
const refresh: Operation = {
  name: 'refresh',
  target: 1.5,
  async prepare(preparation) {
    const { clients, server } = preparation;
    const ready = await codes(preparation, clients.length);
    const chains = await Promise.all(
      ready.map(async (redeemable) => {
        const { refresh_token } = await tokensOf(preparation, redeemable);
        return { client_id: redeemable.client_id, refresh_token };
      }),
    );
    return (worker) => {
      const chain = present(chains[worker]);
      const fields = { grant_type: 'refresh_token', ...chain };
      return {
        ...formCall(server.paths.token, fields),
        done(text) {
          const { refresh_token } = JSON.parse(text) as { refresh_token: string };
          chain.refresh_token = refresh_token;
        },
      };
    };
  },
};

const bearer: Operation = {
  name: 'bearer verification',
  target: 1.3,
  async prepare(preparation) {
    const [redeemable] = await codes(preparation, 1);
    const { access_token } = await tokensOf(preparation, present(redeemable));
    const headers = { authorization: `Bearer ${access_token}` };
    const call: Call = { method: 'GET', path: preparation.server.paths.api, headers, status: 200 };
    return () => call;
  },
};

export const operations: readonly Operation[] = [
  discovery,
  register,
  authorize,
  code,
  refresh,
  bearer,
];
