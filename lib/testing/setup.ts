/**
 * A server for tests: in memory, with a clock to be moved, a log to be read and a login without pages.
 *
 * @module
 */
import { createHash, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { createAuthorizationServer, type AuthorizationServer } from '../authorization-server.ts';
import type { Person } from '../login/port.ts';
import type { AuthorizationServerOptions } from '../options/options.ts';
import type { Runtime } from '../runtime.ts';
import { MemoryStore } from '../storage/memory/memory-store.ts';
import { createTestClock, type TestClock } from './clock.ts';
import { createTestLog, type TestLog } from './log.ts';
import { testLogin, type TestLogin } from './login.ts';
import { noted, noteSecret } from './secrets.ts';

/** What a test may want to decide of its setup. */
export interface TestSetupSettings {
  /** Where the clock stands at first. Default now: other parts of the app go by the real time. */
  readonly start?: Date;
  /** Who is logged in at first; `undefined` for nobody. Default `{ sub: 'alice', name: 'Alice' }`. */
  readonly person?: Person | undefined;
  /** Makes ids and codes the same in each run; signatures never are. Default random. */
  readonly seed?: string;
}

/** What a test puts in the place of what an app runs with. */
export interface TestSetup {
  readonly clock: TestClock;
  readonly log: TestLog;
  readonly login: TestLogin;
  /** The options to put over those of your app: store, secret, signing key, logger, and no limits. */
  readonly options: TestOptions;
  /** The second argument of `createAuthorizationServer`: clock and randomness. */
  readonly runtime: Runtime;
}

/** Without `login`, so that your app's own login is tested unless you say otherwise. */
export type TestOptions = Required<
  Pick<AuthorizationServerOptions, 'store' | 'secret' | 'signingKeys' | 'logger' | 'rateLimits'>
>;

const ALICE: Person = { sub: 'alice', name: 'Alice' };

/**
 * What an app of yours is given so that it can be tested:
 * `createAuthorizationServer({ ...yourOptions, ...setup.options }, setup.runtime)`.
 */
export function createTestSetup(settings: TestSetupSettings = {}): TestSetup {
  const { start = new Date(), seed } = settings;
  const clock = createTestClock(start.getTime());
  const log = createTestLog();
  const { now } = clock;
  const random = seed === undefined ? randomBytes : seeded(seed);
  const secret = random(32).toString('base64url');
  noteSecret(secret, 'the secret of the server');
  const person = 'person' in settings ? settings.person : ALICE;
  return {
    clock,
    log,
    login: testLogin({ now, ...(person && { person }) }),
    options: {
      store: new MemoryStore({ now }),
      secret,
      signingKeys: newSigningKey(),
      logger: log,
      rateLimits: NO_LIMITS,
    },
    runtime: {
      now,
      randomBytes: noted(random),
      randomUUID: seed === undefined ? randomUUID : () => uuidOf(random(16)),
    },
  };
}

function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** All requests of a suite come from one address. Open registration without a limit would be warned of. */
const NO_LIMITS: TestOptions['rateLimits'] = {
  register: (_req, _res, next) => {
    next();
  },
  registerTotal: false,
  authorize: false,
  token: false,
};

/** An authorization server, and what a test moves and reads. */
export type TestServer = AuthorizationServer & Pick<TestSetup, 'clock' | 'log' | 'login'>;

/**
 * An authorization server in memory; alice is logged in. For an app of yours that makes its own, see
 * {@link createTestSetup}.
 *
 * @param options - Options of yours. Default issuer: `https://auth.example.com`.
 * @throws {ConfigurationError} As `createAuthorizationServer`.
 */
export function createTestServer(
  options: Partial<AuthorizationServerOptions> = {},
  settings: TestSetupSettings = {},
): TestServer {
  const setup = createTestSetup(settings);
  const { clock, log, login } = setup;
  const all = { issuer: 'https://auth.example.com', login, ...setup.options, ...options };
  return { ...createAuthorizationServer(all, setup.runtime), clock, log, login };
}

/** Bytes that look random and are the same for the same seed, in the same order. */
function seeded(seed: string): (size: number) => Buffer {
  let count = 0;
  return (size) => {
    count += 1;
    return createHash('shake256', { outputLength: size }).update(`${seed} ${count}`).digest();
  };
}

/** RFC 9562 §5.4. */
function uuidOf(bytes: Buffer): ReturnType<Runtime['randomUUID']> {
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
