/**
 * The pages of the app. Every value that goes into a page is escaped by the `html` tag, unless it
 * was made by the `html` tag itself.
 *
 * @module
 */

import type { PersonGrant } from '../lib/index.ts';

/** A piece of HTML that is safe to send. */
class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = Html | readonly Html[] | string | number;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function render(value: Value): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

function html(strings: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(String.raw({ raw: strings }, ...values.map(render)));
}

const STYLE = new Html(`
  :root { color-scheme: light dark; }
  body { font: 1rem/1.6 system-ui, sans-serif; max-width: 36rem; margin: 3rem auto; padding: 0 1rem; }
  form { display: grid; gap: 0.75rem; margin: 1.5rem 0; }
  label { display: grid; gap: 0.25rem; }
  input, button { font: inherit; padding: 0.5rem 0.75rem; border-radius: 0.5rem; border: 1px solid #8888; }
  button { background: #2563eb; border-color: #2563eb; color: #fff; cursor: pointer; justify-self: start; }
  code { background: #8882; border-radius: 0.25rem; padding: 0.1rem 0.3rem; overflow-wrap: anywhere; }
  li { overflow-wrap: anywhere; }
  .problem { border-left: 4px solid #dc2626; padding-left: 0.75rem; }
`);

function page(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        ${body}
      </body>
    </html> `.text;
}

const DEMO_PEOPLE = html`<p>
  This is a demo with two people, <code>alice</code> and <code>bob</code>. Both have the password
  <code>password</code>.
</p>`;

const CREDENTIALS = html`<label
    >Name <input name="username" autocomplete="username" required autofocus
  /></label>
  <label
    >Password <input name="password" type="password" autocomplete="current-password" required
  /></label>`;

/** The home page of someone who is not logged in. */
export function welcomePage(): string {
  return page(
    'Notes',
    html`<p>A small app that keeps notes, for people and for MCP clients.</p>
      ${DEMO_PEOPLE}
      <p><a href="/login">Log in</a></p>`,
  );
}

/** Every page of the app where people log in elsewhere: it has no login of its own then. */
export function welcomeElsewherePage(): string {
  return page(
    'Notes',
    html`<p>
      People log in at their identity provider here, and only when an MCP client asks for their
      notes. Connect one to <code>/mcp</code>; these pages would need a login of their own.
    </p>`,
  );
}

/** The home page of someone who is logged in. */
export function notesPage(name: string, notes: readonly string[], maxCharacters: number): string {
  const list = notes.map((note) => html`<li>${note}</li>`);
  return page(
    `Notes of ${name}`,
    html`<ul>
        ${list}
      </ul>
      <form method="post" action="/notes">
        <label>New note <input name="text" required maxlength="${maxCharacters}" /></label>
        <button>Add</button>
      </form>
      <p><a href="/apps">Connected apps</a></p>
      <form method="post" action="/logout"><button>Log out</button></form>`,
  );
}

/** The apps that someone has connected, each with a way to take that back. */
export function connectedAppsPage(grants: readonly PersonGrant[]): string {
  const clientIds = [...new Set(grants.map(({ clientId }) => clientId))];
  const apps = clientIds.map((clientId) =>
    connectedApp(
      clientId,
      grants.filter((grant) => grant.clientId === clientId),
    ),
  );
  return page(
    'Connected apps',
    html`${apps.length > 0 ? apps : html`<p>No app is connected to your notes.</p>`}
      <p>An app that you disconnect may go on for a moment, until its access token ends.</p>
      <p><a href="/">Back to your notes</a></p>`,
  );
}

/** One app: it may have been connected several times, on several machines. */
function connectedApp(clientId: string, grants: readonly PersonGrant[]): Html {
  const [{ clientName, redirectHost } = {}] = grants;
  const scopes = [...new Set(grants.flatMap((grant) => grant.scopes))];
  const used = grants.map(({ lastUsedAt }) => lastUsedAt?.toISOString() ?? '').sort();
  const [day = ''] = (used.at(-1) ?? '').split('T');
  return html`<section>
    <h2>${redirectHost ?? 'An app on your own device'}</h2>
    <p>${clientName === undefined ? `Its id is ${clientId}.` : `It calls itself ${clientName}.`}</p>
    <p>It may use: <code>${scopes.join(' ')}</code></p>
    <p>Last used: ${day === '' ? 'not yet' : day}</p>
    <form method="post" action="/apps/disconnect">
      <input type="hidden" name="client_id" value="${clientId}" />
      <button>Disconnect</button>
    </form>
  </section>`;
}

/** The login form. `return_to` is where the person goes afterwards, already checked. */
export function loginPage(return_to: string, problem?: string): string {
  return page(
    'Log in to Notes',
    html`${problemLine(problem)}
      <form method="post" action="/login">
        <input type="hidden" name="return_to" value="${return_to}" />
        ${CREDENTIALS}
        <button>Log in</button>
      </form>
      ${DEMO_PEOPLE}`,
  );
}

/** The login form of an identity provider. */
export function providerLoginPage(provider: string, problem?: string): string {
  return page(
    `Log in at ${provider}`,
    html`${problemLine(problem)}
      <form method="post">
        ${CREDENTIALS}
        <button>Log in</button>
        <button name="cancel" value="1" formnovalidate>Cancel</button>
      </form>
      ${DEMO_PEOPLE}`,
  );
}

function problemLine(problem?: string): Html {
  return problem === undefined ? html`` : html`<p class="problem" role="alert">${problem}</p>`;
}

/** Said when something broke; the reason is in the log. */
export function errorPage(): string {
  return page('Something went wrong', html`<p>Please go <a href="/">back</a> and try again.</p>`);
}
