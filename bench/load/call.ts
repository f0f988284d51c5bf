/**
 * One request, and what has to come back.
 *
 * @module
 */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly status: number;
  /** Looks at what came back. */
  readonly done?: (answer: string, headers: Readonly<Record<string, unknown>>) => void;
}

/** @param worker - Each has one request on the way at a time. */
export type NextCall = (worker: number) => Call;

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

export function formCall(path: string, fields: Readonly<Record<string, string>>): Call {
  return {
    ...{ method: 'POST', path, status: 200, headers: FORM },
    body: new URLSearchParams(fields).toString(),
  };
}
