/**
 * The kinds of pages, what is on each, and what may not be missing.
 *
 * @module
 */
import {
  accountRefusalEssentials,
  renderAccountRefusalPage,
  type AccountRefusalPage,
} from './account-refusal.ts';
import {
  consentEssentials,
  renderConsentPage,
  type ConsentForm,
  type ConsentPage,
} from './consent.ts';
import { errorEssentials, renderErrorPage, type ErrorPage } from './error.ts';
import type { Frame } from './layout.ts';
import {
  loginChoiceEssentials,
  renderLoginChoicePage,
  type LoginChoicePage,
} from './login-choice.ts';
import { navigationEssentials, renderNavigationPage, type NavigationPage } from './navigation.ts';

/** A page as plain data. */
export type Page =
  | { readonly kind: 'consent'; readonly data: ConsentPage; readonly form: ConsentForm }
  | { readonly kind: 'login-choice'; readonly data: LoginChoicePage }
  | { readonly kind: 'navigation'; readonly data: NavigationPage }
  | { readonly kind: 'account-refusal'; readonly data: AccountRefusalPage }
  | { readonly kind: 'error'; readonly data: ErrorPage };

/** Our own HTML of a page. */
export function renderPage(page: Page, frame: Frame): string {
  switch (page.kind) {
    case 'consent':
      return renderConsentPage(page.data, page.form, frame);
    case 'login-choice':
      return renderLoginChoicePage(page.data, frame);
    case 'navigation':
      return renderNavigationPage(page.data, frame);
    case 'account-refusal':
      return renderAccountRefusalPage(page.data, frame);
    case 'error':
      return renderErrorPage(page.data, frame);
  }
}

/** Without these a page of its kind deceives, or leads nowhere. */
export function essentialsOf(page: Page): readonly (string | RegExp)[] {
  switch (page.kind) {
    case 'consent':
      return consentEssentials(page.data, page.form);
    case 'login-choice':
      return loginChoiceEssentials(page.data);
    case 'navigation':
      return navigationEssentials(page.data);
    case 'account-refusal':
      return accountRefusalEssentials(page.data);
    case 'error':
      return errorEssentials(page.data);
  }
}
