/**
 * Schemes that belong to a browser or an operating system, told a second time: what a redirect to
 * them would do.
 */
export const TAKEN_SCHEMES = [
  // Runs a script, or shows what the URI itself or a file holds.
  ...['javascript', 'vbscript', 'livescript', 'mocha', 'data', 'blob', 'about', 'file'],
  ...['filesystem', 'view-source', 'resource', 'wyciwyg', 'content', 'cid', 'mid', 'urn'],
  // Opens a part of a browser.
  ...['brave', 'devtools', 'edge', 'opera', 'vivaldi'],
  // Fetches from another server.
  ...['ftp', 'ftps', 'gopher', 'imap', 'ldap', 'ldaps'],
  ...['news', 'nfs', 'nntp', 'pop', 'rdp', 'rtsp'],
  ...['sftp', 'smb', 'ssh', 'telnet', 'tftp', 'vnc'],
  ...['ws', 'wss', 'afp', 'feed', 'webcal', 'webcals'],
  ...['onion', 'magnet', 'market', 'jar', 'jnlp', 'mhtml'],
  // Writes or calls to people.
  ...['callto', 'im', 'mailto', 'mms', 'sip', 'sips', 'skype', 'sms', 'smsto', 'tel', 'telprompt'],
  ...['whatsapp', 'xmpp'],
  // Starts or sets something on the device.
  ...['intent', 'android-app', 'app-settings', 'applescript', 'hcp', 'help', 'prefs', 'res'],
  ...['search', 'shell', 'shortcuts', 'workflow', 'x-man-page'],
];

export const TAKEN_BEGINNINGS = [
  ...['android.', 'com.android.', 'chrome', 'googlechrome', 'firefox', 'microsoft-edge', 'moz-'],
  ...['safari-', 'x-safari-', 'ext+', 'web+', 'facetime', 'itms', 'ms-', 'search-ms', 'x-apple'],
];

/** @param scheme - In lower case, without its colon. */
export function isTakenScheme(scheme: string): boolean {
  if (TAKEN_SCHEMES.includes(scheme)) return true;
  return TAKEN_BEGINNINGS.some((beginning) => scheme.startsWith(beginning));
}
