/**
 * What the pages say in English: the language that all others are made from.
 *
 * A word in braces stands for what is put there; every other language has to have the same ones.
 *
 * @module
 */
export const EN = {
  // Where an answer goes.
  destinationLoopback: 'an app on this computer ({host})',
  destinationApp: 'the app that opens {scheme} links on this device',

  // The consent page.
  consentTitle: 'Allow access?',
  consentHeading: 'Allow access to your account?',
  consentDestination: 'After this you will be sent to',
  consentLoopback:
    'Any program on this computer could be behind this address. Go on only if you have just started the app yourself.',
  consentAppLink:
    'Any app on this device could have claimed these links. Go on only if you have just started the app yourself.',
  consentPunycode:
    'A part of this address, {label}, stands for letters that are not Latin. It may look like an address that you know, and be another one.',
  consentName: 'The app calls itself {name}. It chose this name itself; nobody has checked it.',
  consentNameless: 'The app does not say what it is called. Its id is {id}.',
  consentLookalike:
    'This name is written with letters that look like other letters. It may imitate a name that you know.',
  consentRegistered: 'The app registered itself with this server {age}.',
  consentDescribed: 'The app is described by a document at {host}.',
  consentProvisioned: 'The app was set up by the operator of this site.',
  consentPerson: 'You are logged in as {person}.',
  consentSwitch: 'Not you? Use another account',
  consentAsks: 'The app asks to:',
  consentAsksMore: 'The app now also asks to:',
  consentRemembered: 'You have allowed this before:',
  consentAdded: 'Added by the operator of this server: the app did not register for it.',
  consentChoice: 'You can untick what you do not want to allow.',
  consentNothingTicked:
    'Nothing was ticked, so there is nothing to allow. Tick what you want to allow, or deny.',
  consentNothing: 'The app asks for nothing that you may give.',
  consentUnavailable: 'Also asked for, but not available to you:',
  consentResource: 'At {resource}',
  consentDeny: 'Deny',
  consentAllow: 'Allow',
  consentAdvice: 'Allow only what you started yourself. If you did not just connect an app, deny.',

  // What the scopes of OpenID Connect mean.
  scopeOpenid: 'Know who you are',
  scopeProfile: 'See your name and profile',
  scopeEmail: 'See your e-mail address',
  scopeOfflineAccess: 'Stay connected when you are not using the app',

  // The page where a person chooses how to log in.
  loginTitle: 'Log in',
  loginHeading: 'How do you want to log in?',
  loginExplanation:
    'An app wants to be connected to your account. Log in first; after that you will be asked whether to allow it.',
  loginWith: 'Log in with {login}',

  // The page on the way back to the app.
  navigationTitle: 'Going back to the app',
  navigationHeading: 'Going back to {destination}',
  navigationExplanation:
    'If nothing happens, press the button. When the app goes on, you can close this window.',
  navigationContinue: 'Continue',

  // The page for an account that may not log in.
  refusalTitle: 'This account cannot be used here',
  refusalPerson: 'You logged in as {person}.',
  refusalExplanation:
    'The login worked, but this server does not let this account in. Nothing was allowed.',
  refusalRemedy:
    'If you have another account, use that one. Who may log in is decided by the operator of this server.',
  refusalSwitch: 'Use another account',

  // Every error page.
  errorTryAgain: 'Try again',
  errorReview: 'Review the request',
  errorReturn: 'Return to {destination}',
  errorDeveloper: 'For the developer of the app: {error}',
  errorReference: 'If you ask for help, give this reference: {reference}',

  // The error pages: what happened, and who can do what about it.
  unknownClientTitle: 'This app must be connected again',
  unknownClientWhat:
    'The app that sent you here is not, or no longer, registered with this server.',
  unknownClientRemedy: 'Remove the connection in the app and connect it again.',
  redirectUriTitle: 'The app gave an address that is not its own',
  redirectUriWhat:
    'The app wanted you to be sent to an address that it did not register. Nothing was sent there.',
  redirectUriRemedy:
    'Remove the connection in the app and connect it again. If that does not help, only the developer of the app can change it.',
  invalidScopeTitle: 'The app asked for more than it may have',
  invalidScopeWhat:
    'It asked for access that it did not register for, or that does not exist here.',
  invalidScopeRemedy: 'Only its developer, or the operator of this server, can change that.',
  invalidRequestTitle: 'This request cannot be answered',
  invalidRequestWhat: 'The app that sent you here asked in a way that this server does not accept.',
  invalidRequestRemedy: 'Only the developer of the app can change that.',
  unavailableTitle: 'Not available at the moment',
  unavailableWhat: 'The server cannot answer right now.',
  unavailableRemedy: 'Try again in a moment; nothing is done twice.',
  loginUnavailableTitle: 'The login is not available at the moment',
  loginUnavailableWhat: 'The service where you log in does not answer right now.',
  loginUnavailableRemedy: 'Try again in a moment. If it goes on, tell the operator of this server.',
  tooManyRequestsTitle: 'Too many requests',
  tooManyRequestsWhat:
    'More requests came from your network than this server takes in so short a time.',
  tooManyRequestsRemedy: 'Wait a moment and try again.',
  serverErrorTitle: 'Something went wrong',
  serverErrorWhat: 'The fault is on our side.',
  serverErrorRemedy:
    'Go back to the app and try again later. If it happens again, tell the operator of this server.',
  changedTitle: 'Please look again',
  changedWhat:
    'Something changed since this page was shown: the request, or who is logged in. Nothing was decided.',
  changedRemedy: 'Look at the request as it is now, and decide then.',
  decidedTitle: 'This request has been answered',
  decidedWhat: 'You have decided about it already.',
  decidedRemedy: 'To connect the app again, start again in the app.',
  expiredTitle: 'This page has expired',
  expiredWhat:
    'It was open for too long, or it was opened in another browser than the one it belongs to.',
  expiredRemedy: 'Go back to the app and start again.',
  noCookieTitle: 'This browser sent no cookie',
  noCookieWhat:
    'A cookie tells this server that it is still your browser. None came: this browser blocks cookies, or the page was opened in another browser than the one you began in.',
  noCookieRemedy:
    'Allow cookies for this site, in a window that is not private, and start again in the app.',
  otherBrowserTitle: 'This page belongs to another browser',
  otherBrowserWhat:
    'The login that ends here did not begin in this browser, or it has ended already. Nothing was allowed.',
  otherBrowserRemedy:
    'Go back to the browser that you began in. If you did not begin anything, close this window: somebody may have sent you a link of theirs.',
  otherSiteTitle: 'This form came from another site',
  otherSiteWhat: 'Nothing was decided.',
  otherSiteRemedy: 'If you wanted to connect an app, start again in the app.',
} as const;

/** The name of a text of the pages. */
export type TextKey = keyof typeof EN;

/** Every text of the pages, in one language. A text that is missing does not compile. */
export type Texts = Readonly<Record<TextKey, string>>;
