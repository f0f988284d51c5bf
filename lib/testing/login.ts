/**
 * A login without pages: the test says who the person is.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import type { LoginPort, Person } from '../login/port.ts';

/** A person at a browser of their own. */
export interface TestSession {
  readonly person: Person;
  /** What the browser sends, for {@link authorize} and for requests of your own. */
  readonly cookie: { readonly name: string; readonly value: string };
}

export interface TestLogin extends LoginPort {
  /**
   * Says who is at every browser that has no session of its own; nobody without a person. They
   * logged in a minute ago, unless `auth_time` says otherwise.
   */
  loginAs(person?: Person): void;
  /** A session of one more person. */
  session(person: Person): TestSession;
  /** Ends an account: from now on nothing of theirs can be refreshed. */
  endAccount(sub: string): void;
}

/** Who is there at first, and the clock. */
export interface TestLoginOptions {
  /** Who it is at first. Default nobody. */
  readonly person?: Person;
  /** The path of the login page that a browser without a person is sent to. Default `/login`. */
  readonly url?: string;
  /** Milliseconds since the epoch; default that of the process. */
  readonly now?: () => number;
}

/** So that who is asked to log in once more has a login that is newer. */
const AGE_MS = 60_000;

const COOKIE = 'express-dcr-test-session';

interface LoggedIn {
  readonly person: Person;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Makes a login for the option `login`. */
export function testLogin(options: TestLoginOptions = {}): TestLogin {
  const { url = '/login', now = Date.now } = options;
  const sessions = new Map<string, LoggedIn>();
  const ended = new Set<string>();
  const loggedIn = (person: Person): LoggedIn => ({ person, at: now() - AGE_MS });
  let again = 0;
  let everybody = options.person && loggedIn(options.person);
  return {
    loginAs(person) {
      everybody = person && loggedIn(person);
    },
    session(person) {
      // Not to be guessed: an app that is deployed with this by mistake lets no stranger in by it.
      const value = randomBytes(16).toString('base64url');
      sessions.set(value, loggedIn(person));
      return { person, cookie: { name: COOKIE, value } };
    },
    endAccount(sub) {
      ended.add(sub);
    },
    async person(req) {
      const cookies = (req.headers.cookie ?? '').split('; ');
      const own = cookies.find((cookie) => cookie.startsWith(`${COOKIE}=`));
      const session = own === undefined ? undefined : sessions.get(own.slice(COOKIE.length + 1));
      const found = session ?? everybody;
      if (!found || ended.has(found.person.sub)) return undefined;
      const auth_time = Math.floor(Math.max(found.at, again) / 1000);
      return { auth_time, amr: ['test'], ...found.person };
    },
    loginUrl({ return_to, prompt, max_age }) {
      // Who is only asked to log in once more does so at once.
      if (prompt === undefined && max_age === undefined)
        return `${url}?${new URLSearchParams({ return_to }).toString()}`;
      again = Math.max(now(), again + 1_000);
      return return_to;
    },
    async isActive(sub) {
      return !ended.has(sub);
    },
  };
}
