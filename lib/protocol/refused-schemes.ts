/**
 * Schemes that no redirect URI may have, although they look like private-use ones.
 *
 * Each is handled by the browser or the operating system itself, so that a redirect to it would run
 * a script, open a file, start a program or send a message instead of answering a client. A closed
 * list: any other scheme reaches only an application that chose to register it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8252#section-7.1
 * @module
 */

/** Schemes without the trailing colon, in lower case. */
const REFUSED = new Set(
  [
    'about blob data file filesystem javascript livescript mocha vbscript',
    'chrome chrome-extension devtools edge moz-extension resource view-source wyciwyg',
    'ftp ftps gopher ldap ldaps news nfs nntp sftp smb ssh telnet tftp ws wss',
    'callto facetime intent jar mailto market mhtml im sip sips skype sms smsto tel whatsapp xmpp',
    'cid content feed help magnet mid onion res search shell urn',
    'afp android-app app-settings googlechrome hcp itms itms-apps prefs x-apple.systempreferences',
  ].flatMap((line) => line.split(' ')),
);

/** Families of schemes: Windows gives each `ms-` scheme to a program or a settings page of its own. */
const REFUSED_PREFIXES = ['ms-', 'search-ms', 'x-apple', 'com.android.', 'android.'];

/** Whether a scheme is on the list. */
export function isRefusedScheme(scheme: string): boolean {
  return REFUSED.has(scheme) || REFUSED_PREFIXES.some((prefix) => scheme.startsWith(prefix));
}
