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
    'brave devtools edge opera resource view-source vivaldi wyciwyg',
    'ftp ftps gopher imap ldap ldaps news nfs nntp pop rdp rtsp sftp smb ssh telnet tftp vnc ws wss',
    'callto im intent jar jnlp mailto market mhtml mms sip sips skype sms smsto tel telprompt',
    'webcal webcals whatsapp xmpp',
    'cid content feed hcp help magnet mid onion res search shell urn',
    'afp android-app app-settings applescript prefs shortcuts workflow x-man-page',
  ].flatMap((line) => line.split(' ')),
);

/** Families of schemes that belong to a browser, a store or an operating system. */
const REFUSED_PREFIXES = [
  'android.',
  'chrome',
  'com.android.',
  'ext+',
  'facetime',
  'firefox',
  'googlechrome',
  'itms',
  'microsoft-edge',
  'moz-',
  'ms-',
  'safari-',
  'search-ms',
  'web+',
  'x-apple',
  'x-safari-',
];

/** Whether a scheme is on the list. */
export function isRefusedScheme(scheme: string): boolean {
  return REFUSED.has(scheme) || REFUSED_PREFIXES.some((prefix) => scheme.startsWith(prefix));
}
