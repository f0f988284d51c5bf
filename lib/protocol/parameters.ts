/**
 * Request parameters, from a query or a form, read by one set of rules.
 *
 * "Parameters sent without a value MUST be treated as if they were omitted", and a parameter must
 * not be included more than once (RFC 6749 §3.1, §3.2). Unknown ones are ignored, however often they come.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.1
 * @module
 */
import { OAuthError } from './errors.ts';

/** More than any client sends, little enough to walk through. */
const MAX_PARAMETERS = 1000;

/** The parameters of one request. */
export class Parameters {
  readonly #pairs: readonly (readonly [name: string, value: string])[];
  readonly #values = new Map<string, string[]>();

  private constructor(pairs: readonly (readonly [string, string])[]) {
    if (pairs.length > MAX_PARAMETERS) {
      throw new OAuthError('invalid_request', 'the request has too many parameters');
    }
    this.#pairs = pairs.filter(([, value]) => value !== '');
    for (const [name, value] of this.#pairs) {
      const values = this.#values.get(name);
      if (values) values.push(value);
      else this.#values.set(name, [value]);
    }
  }

  /** From a query string or an `application/x-www-form-urlencoded` body. */
  static fromEncoded(encoded: string): Parameters {
    return new Parameters([...new URLSearchParams(encoded)]);
  }

  /**
   * From a body that a parser of the host has already taken apart. Lists are repeated parameters;
   * one of a single item is that item, for some parsers make lists of everything, so that `code[]`
   * may be read as `code` then. What is nested deeper can only be an unknown parameter and is left out.
   */
  static fromParsed(body: object): Parameters {
    const pairs = Object.entries(body).flatMap(([name, value]) =>
      [value]
        .flat()
        .flatMap((item): [string, string][] => (typeof item === 'string' ? [[name, item]] : [])),
    );
    return new Parameters(pairs);
  }

  /**
   * The one value of a parameter.
   *
   * @throws {OAuthError} `invalid_request` when it was given more than once.
   */
  get(name: string): string | undefined {
    const values = this.#values.get(name);
    if (values && values.length > 1) {
      throw new OAuthError('invalid_request', `the parameter ${name} was given more than once`);
    }
    return values?.[0];
  }

  /** Without parameters of other names. */
  only(names: readonly string[]): Parameters {
    return new Parameters(this.#pairs.filter(([name]) => names.includes(name)));
  }

  /** As a query string. */
  toString(): string {
    const query = new URLSearchParams();
    for (const [name, value] of this.#pairs) query.append(name, value);
    return query.toString();
  }

  /** Every value of a parameter that may be repeated. */
  all(name: string): string[] {
    return [...(this.#values.get(name) ?? [])];
  }
}
