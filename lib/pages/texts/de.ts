/**
 * What the pages say in German.
 *
 * @module
 */
import type { Texts } from './en.ts';

export const DE: Texts = {
  destinationLoopback: 'eine App auf diesem Computer ({host})',
  destinationApp: 'die App, die auf diesem Ger\u00E4t {scheme}-Links \u00F6ffnet',

  consentTitle: 'Zugriff erlauben?',
  consentHeading: 'Zugriff auf Ihr Konto erlauben?',
  consentDestination: 'Danach werden Sie weitergeleitet an',
  consentLoopback:
    'Hinter dieser Adresse kann jedes Programm auf diesem Computer stehen. Fahren Sie nur fort, wenn Sie die App gerade selbst gestartet haben.',
  consentAppLink:
    'Jede App auf diesem Ger\u00E4t kann solche Links f\u00FCr sich beansprucht haben. Fahren Sie nur fort, wenn Sie die App gerade selbst gestartet haben.',
  consentPunycode:
    'Ein Teil dieser Adresse, {label}, steht f\u00FCr Buchstaben, die nicht lateinisch sind. Sie kann wie eine Adresse aussehen, die Sie kennen, und doch eine andere sein.',
  consentName:
    'Die App nennt sich {name}. Diesen Namen hat sie selbst gew\u00E4hlt; niemand hat ihn gepr\u00FCft.',
  consentNameless: 'Die App sagt nicht, wie sie hei\u00DFt. Ihre Kennung ist {id}.',
  consentLookalike:
    'Dieser Name enth\u00E4lt Buchstaben, die anderen Buchstaben gleichen. Er ahmt vielleicht einen Namen nach, den Sie kennen.',
  consentRegistered: 'Die App hat sich {age} selbst bei diesem Server angemeldet.',
  consentDescribed: 'Die App wird durch ein Dokument bei {host} beschrieben.',
  consentProvisioned: 'Die App wurde vom Betreiber dieser Seite eingerichtet.',
  consentPerson: 'Sie sind angemeldet als {person}.',
  consentSwitch: 'Nicht Sie? Anderes Konto verwenden',
  consentAsks: 'Die App m\u00F6chte:',
  consentAsksMore: 'Die App m\u00F6chte jetzt au\u00DFerdem:',
  consentRemembered: 'Das haben Sie schon einmal erlaubt:',
  consentAdded:
    'Vom Betreiber dieses Servers hinzugef\u00FCgt: Die App hat sich daf\u00FCr nicht angemeldet.',
  consentChoice: 'Was Sie nicht erlauben m\u00F6chten, k\u00F6nnen Sie abw\u00E4hlen.',
  consentNothingTicked:
    'Es war nichts ausgew\u00E4hlt, also gibt es nichts zu erlauben. W\u00E4hlen Sie aus, was Sie erlauben m\u00F6chten, oder lehnen Sie ab.',
  consentNothing: 'Die App m\u00F6chte nichts, was Sie erlauben d\u00FCrfen.',
  consentUnavailable: 'Ebenfalls angefragt, aber f\u00FCr Sie nicht verf\u00FCgbar:',
  consentResource: 'Bei {resource}',
  consentDeny: 'Ablehnen',
  consentAllow: 'Erlauben',
  consentAdvice:
    'Erlauben Sie nur, was Sie selbst begonnen haben. Wenn Sie nicht gerade eine App verbinden, lehnen Sie ab.',

  scopeOpenid: 'Wissen, wer Sie sind',
  scopeProfile: 'Ihren Namen und Ihr Profil sehen',
  scopeEmail: 'Ihre E-Mail-Adresse sehen',
  scopeOfflineAccess: 'Verbunden bleiben, auch wenn Sie die App nicht benutzen',

  loginTitle: 'Anmelden',
  loginHeading: 'Wie m\u00F6chten Sie sich anmelden?',
  loginExplanation:
    'Eine App m\u00F6chte mit Ihrem Konto verbunden werden. Melden Sie sich zuerst an; danach werden Sie gefragt, ob Sie es erlauben.',
  loginWith: 'Mit {login} anmelden',

  navigationTitle: 'Zur\u00FCck zur App',
  navigationHeading: 'Zur\u00FCck zu: {destination}',
  navigationExplanation:
    'Wenn nichts geschieht, dr\u00FCcken Sie auf den Knopf. Sobald die App weitermacht, k\u00F6nnen Sie dieses Fenster schlie\u00DFen.',
  navigationContinue: 'Weiter',

  refusalTitle: 'Dieses Konto kann hier nicht verwendet werden',
  refusalPerson: 'Sie haben sich als {person} angemeldet.',
  refusalExplanation:
    'Die Anmeldung hat geklappt, aber dieser Server l\u00E4sst dieses Konto nicht zu. Es wurde nichts erlaubt.',
  refusalRemedy:
    'Wenn Sie ein anderes Konto haben, verwenden Sie dieses. Wer sich anmelden darf, bestimmt der Betreiber dieses Servers.',
  refusalSwitch: 'Anderes Konto verwenden',

  errorTryAgain: 'Noch einmal versuchen',
  errorReview: 'Anfrage ansehen',
  errorReturn: 'Zur\u00FCck zu: {destination}',
  errorDeveloper: 'F\u00FCr die Entwickler der App: {error}',
  errorReference: 'Wenn Sie um Hilfe bitten, geben Sie dieses Zeichen an: {reference}',

  unknownClientTitle: 'Diese App muss neu verbunden werden',
  unknownClientWhat:
    'Die App, von der Sie kommen, ist bei diesem Server nicht oder nicht mehr angemeldet.',
  unknownClientRemedy: 'Entfernen Sie die Verbindung in der App und verbinden Sie sie neu.',
  redirectUriTitle: 'Die App hat eine Adresse angegeben, die nicht ihre ist',
  redirectUriWhat:
    'Die App wollte Sie an eine Adresse weiterleiten lassen, die sie nicht angemeldet hat. Dorthin wurde nichts gesendet.',
  redirectUriRemedy:
    'Entfernen Sie die Verbindung in der App und verbinden Sie sie neu. Hilft das nicht, k\u00F6nnen nur die Entwickler der App es \u00E4ndern.',
  invalidScopeTitle: 'Die App wollte mehr, als sie haben darf',
  invalidScopeWhat:
    'Sie wollte einen Zugriff, f\u00FCr den sie nicht angemeldet ist oder den es hier nicht gibt.',
  invalidScopeRemedy:
    'Das k\u00F6nnen nur ihre Entwickler oder der Betreiber dieses Servers \u00E4ndern.',
  invalidRequestTitle: 'Diese Anfrage kann nicht beantwortet werden',
  invalidRequestWhat:
    'Die App, von der Sie kommen, hat auf eine Weise angefragt, die dieser Server nicht annimmt.',
  invalidRequestRemedy: 'Das k\u00F6nnen nur die Entwickler der App \u00E4ndern.',
  unavailableTitle: 'Im Moment nicht verf\u00FCgbar',
  unavailableWhat: 'Der Server kann gerade nicht antworten.',
  unavailableRemedy: 'Versuchen Sie es gleich noch einmal; es geschieht nichts doppelt.',
  loginUnavailableTitle: 'Die Anmeldung ist im Moment nicht verf\u00FCgbar',
  loginUnavailableWhat: 'Der Dienst, bei dem Sie sich anmelden, antwortet gerade nicht.',
  loginUnavailableRemedy:
    'Versuchen Sie es gleich noch einmal. Wenn es so bleibt, sagen Sie es dem Betreiber dieses Servers.',
  tooManyRequestsTitle: 'Zu viele Anfragen',
  tooManyRequestsWhat:
    'Aus Ihrem Netz kamen mehr Anfragen, als dieser Server in so kurzer Zeit annimmt.',
  tooManyRequestsRemedy: 'Warten Sie einen Moment und versuchen Sie es dann noch einmal.',
  serverErrorTitle: 'Etwas ist schiefgegangen',
  serverErrorWhat: 'Der Fehler liegt bei uns.',
  serverErrorRemedy:
    'Gehen Sie zur\u00FCck zur App und versuchen Sie es sp\u00E4ter noch einmal. Wenn es wieder geschieht, sagen Sie es dem Betreiber dieses Servers.',
  changedTitle: 'Bitte sehen Sie noch einmal hin',
  changedWhat:
    'Seit diese Seite angezeigt wurde, hat sich etwas ge\u00E4ndert: die Anfrage, oder wer angemeldet ist. Es wurde nichts entschieden.',
  changedRemedy: 'Sehen Sie sich die Anfrage an, wie sie jetzt ist, und entscheiden Sie dann.',
  decidedTitle: 'Diese Anfrage ist schon beantwortet',
  decidedWhat: 'Sie haben bereits dar\u00FCber entschieden.',
  decidedRemedy: 'Um die App noch einmal zu verbinden, beginnen Sie in der App von vorn.',
  expiredTitle: 'Diese Seite ist abgelaufen',
  expiredWhat:
    'Sie war zu lange offen, oder sie wurde in einem anderen Browser ge\u00F6ffnet als in dem, zu dem sie geh\u00F6rt.',
  expiredRemedy: 'Gehen Sie zur\u00FCck zur App und beginnen Sie von vorn.',
  noCookieTitle: 'Dieser Browser hat kein Cookie gesendet',
  noCookieWhat:
    'Ein Cookie sagt diesem Server, dass es noch Ihr Browser ist. Es kam keines: Dieser Browser blockiert Cookies, oder die Seite wurde in einem anderen Browser ge\u00F6ffnet als in dem, in dem Sie begonnen haben.',
  noCookieRemedy:
    'Erlauben Sie Cookies f\u00FCr diese Seite, in einem Fenster, das nicht privat ist, und beginnen Sie in der App von vorn.',
  otherBrowserTitle: 'Diese Seite geh\u00F6rt zu einem anderen Browser',
  otherBrowserWhat:
    'Die Anmeldung, die hier endet, hat nicht in diesem Browser begonnen, oder sie ist schon zu Ende. Es wurde nichts erlaubt.',
  otherBrowserRemedy:
    'Gehen Sie zur\u00FCck zu dem Browser, in dem Sie begonnen haben. Wenn Sie nichts begonnen haben, schlie\u00DFen Sie dieses Fenster: Vielleicht hat Ihnen jemand einen Link geschickt, der zu seiner eigenen Anmeldung geh\u00F6rt.',
  otherSiteTitle: 'Dieses Formular kam von einer anderen Website',
  otherSiteWhat: 'Es wurde nichts entschieden.',
  otherSiteRemedy: 'Wenn Sie eine App verbinden wollten, beginnen Sie in der App von vorn.',
};
