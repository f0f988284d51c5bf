/**
 * The cookie that tells one browser from another.
 *
 * One per browser and server, with a random id and nothing else in it. Pending authorizations keep
 * its digest, so that any number of tabs needs one cookie.
 *
 * @module
 */
import { hash } from 'node:crypto';
import type { Request, Response } from 'express';

export interface BrowserCookie {
  /** The digest of this browser's id; `undefined` when it has none that can be trusted. */
  read(req: Request): string | undefined;
  /** The same; a browser without an id is given one. */
  ensure(req: Request, res: Response): string;
}

export interface BrowserCookieDeps {
  readonly issuer: string;
  /** 32 random bytes, base64url. */
  readonly newBrowserId: () => string;
}

const BROWSER_ID = /^[A-Za-z0-9_-]{43}$/;

export function createBrowserCookie({ issuer, newBrowserId }: BrowserCookieDeps): BrowserCookie {
  const isSecure = issuer.startsWith('https:');
  const server = hash('sha256', issuer).slice(0, 8);
  // The prefix makes browsers refuse a cookie that a subdomain tries to plant (RFC 6265bis §4.1.3.2).
  const name = `${isSecure ? '__Host-' : ''}dcr-${server}`;

  function read(req: Request): string | undefined {
    const id = onlyValue(req.headers.cookie, name);
    return id !== undefined && BROWSER_ID.test(id) ? digest(id) : undefined;
  }

  return {
    read,
    ensure(req, res) {
      const known = read(req);
      if (known !== undefined) return known;
      const id = newBrowserId();
      // Lax, for the browser comes back from a login at another site.
      res.cookie(name, id, { httpOnly: true, secure: isSecure, sameSite: 'lax', path: '/' });
      return digest(id);
    },
  };
}

/** Two cookies of one name mean that somebody else planted one: then neither counts. */
function onlyValue(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '').split(';').flatMap((pair) => {
    const [key = '', value = ''] = pair.trim().split('=', 2);
    return key === name ? [value] : [];
  });
  return values.length === 1 ? values[0] : undefined;
}

function digest(id: string): string {
  return hash('sha256', id, 'base64url');
}
