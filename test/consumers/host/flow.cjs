/**
 * What a client and a person do, by HTTP alone: registration, login, consent, token, a call.
 *
 * @module
 */
const { createHash, randomBytes } = require('node:crypto');

const REDIRECT_URI = 'http://localhost:8080/callback';
const SCOPE = 'notes:read';

/**
 * @param {string} issuer - Where the app listens.
 * @returns {Promise<string>} Who the app says it is, in process and by the keys it publishes.
 */
exports.flow = async function flow(issuer) {
  const found = await json(`${issuer}/.well-known/oauth-authorization-server`);
  const { client_id } = await json(found.registration_endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: 'none' }),
  });

  const code_verifier = randomBytes(32).toString('base64url');
  const request = new URLSearchParams({
    response_type: 'code',
    client_id,
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const code = await approve(`${found.authorization_endpoint}?${request}`);

  const { access_token } = await json(found.token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id,
      code,
      code_verifier,
      redirect_uri: REDIRECT_URI,
    }),
  });
  const headers = { authorization: `Bearer ${access_token}` };
  const answers = [];
  for (const address of [`${issuer}/notes`, `${issuer}/elsewhere`]) {
    await expectStatus(401, address);
    answers.push((await json(address, { headers })).sub);
  }
  return answers.join(', ');
};

/** The host knows the person, so the first page is the consent page. */
async function approve(address) {
  const cookies = [];
  const visit = async (url, init = {}) => {
    const headers = { cookie: cookies.join('; ') };
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    cookies.push(...answer.headers.getSetCookie().map((line) => line.split(';')[0]));
    return answer;
  };
  const toConsent = await visit(address);
  const consentUrl = new URL(toConsent.headers.get('location'), address);
  const html = await (await visit(consentUrl)).text();
  const [, action] = /<form method="post" action="([^"]+)"/.exec(html);
  const [, csrf] = /name="csrf" value="([^"]+)"/.exec(html);
  const decided = await visit(new URL(action.replaceAll('&amp;', '&'), address), {
    method: 'POST',
    body: new URLSearchParams({ csrf, decision: 'allow' }),
  });
  return new URL(decided.headers.get('location')).searchParams.get('code');
}

async function json(url, init) {
  const answer = await fetch(url, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${new URL(url).pathname}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

async function expectStatus(status, url) {
  const answer = await fetch(url);
  if (answer.status !== status) throw new Error(`${url}: ${answer.status} instead of ${status}`);
}
