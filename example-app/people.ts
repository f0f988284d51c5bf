/**
 * The two people of the demo, wherever they log in.
 *
 * @module
 */

/** Someone who can log in. `sub` is the identifier that never changes. */
export interface Person {
  readonly sub: string;
  readonly name: string;
  readonly email: string;
}

const DEMO_PASSWORD = 'password';
const PEOPLE: ReadonlyMap<string, Person> = new Map([
  ['alice', { sub: 'alice', name: 'Alice', email: 'alice@example.com' }],
  ['bob', { sub: 'bob', name: 'Bob', email: 'bob@example.com' }],
]);

/** The person behind what was typed into a login form; `undefined` when it does not match. */
export function personFrom(form: unknown): Person | undefined {
  const { username, password } = (form ?? {}) as Record<string, unknown>;
  const person = typeof username === 'string' ? findPerson(username.trim()) : undefined;
  return password === DEMO_PASSWORD ? person : undefined;
}

/** Whoever may see the pages of the operator: alice runs the place. */
export function isOperator(person: Person | undefined): boolean {
  return person?.sub === 'alice';
}

/** The person with this identifier. */
export function findPerson(sub: string): Person | undefined {
  return PEOPLE.get(sub);
}
