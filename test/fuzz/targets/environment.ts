/** The variables of the environment: one a line, `NAME=value`. */
import assert from 'node:assert/strict';
import { readEnvironment } from '../../../lib/env.ts';
import { issuerProblem } from '../../../lib/protocol/issuer.ts';
import { ConfigurationError } from '../../../lib/options/configuration-error.ts';
import type { Target } from '../engine/target.ts';

const SECRET = 'DCR_SECRET=a secret of an environment that is long enough';

/** Whoever writes an environment has no reason to make its reader slow. */
const MAX_LENGTH = 2_000;

/** A variable that names a file is left out: a fuzzer has no business with the files of a machine. */
const NAMES_A_FILE = /_FILE(?:=|$)/;

export const environment: Target = {
  name: 'environment',
  seeds: [
    `DCR_ISSUER=https://auth.example.com\n${SECRET}`,
    `DCR_ISSUER=http://localhost:3000/a\n${SECRET}\nDCR_SCOPES_SUPPORTED=openid a b\nDCR_BASELINE_CLIENT_SCOPES=openid`,
    `DCR_ISSUER=x\nDCR_SECRET=short\nDCR_REGISTRATION=maybe\nDCR_LOG_LEVEL=loud\nDCR_UNKNOWN=1`,
    `DCR_ISSUER=https://auth.example.com\n${SECRET}\nDCR_REDIS_URL=redis://user:pw@localhost:6379/1\nDCR_REDIS_PREFIX=a:`,
    `DCR_ISSUER=https://auth.example.com\n${SECRET}\nDCR_ACCESS_TOKEN_TTL_SECONDS=60\nDCR_REFRESH_TOKEN_TTL_SECONDS=1e9\nDCR_RESOURCES=/mcp https://b.example`,
  ],
  run(input) {
    const pairs = input
      .slice(0, MAX_LENGTH)
      .split('\n')
      .flatMap((line): [string, string][] => {
        const at = line.indexOf('=');
        return at < 1 || NAMES_A_FILE.test(line) ? [] : [[line.slice(0, at), line.slice(at + 1)]];
      });
    const env = Object.fromEntries(pairs);
    try {
      const { options } = readEnvironment(env);
      assert.equal(issuerProblem(options.issuer), undefined);
      assert.ok(!/\s/.test(options.issuer));
    } catch (thrown) {
      if (!(thrown instanceof ConfigurationError)) throw thrown;
      assert.ok(thrown.message.length > 0);
      const secret = Object.hasOwn(env, 'DCR_SECRET') ? env['DCR_SECRET'] : undefined;
      if (
        secret !== undefined &&
        secret.length > 12 &&
        !thrown.message.includes(secret.slice(0, 3))
      )
        assert.ok(!thrown.message.includes(secret), 'the secret is told');
    }
  },
};
