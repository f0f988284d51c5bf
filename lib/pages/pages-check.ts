/**
 * Checking how a host wants the pages: everything that is wrong, before any page is shown.
 *
 * @module
 */
import { canonical } from './catalogue.ts';
import { AA_CONTRAST, contrast, isHexColour } from './contrast.ts';
import { placesOf, TEXT_KEYS } from './phrases.ts';
import { BACKGROUND } from './style.ts';
import { EN, type TextKey } from './texts/en.ts';
import { parseUrl } from '../protocol/parse-url.ts';

const MEMBERS = ['name', 'logo', 'colour', 'texts', 'render'];

type Given = Readonly<Record<string, unknown>>;

/** What is wrong with the option; empty when it is fine. */
export function pagesProblems(pages: unknown = {}): string[] {
  if (!isPlainObject(pages)) return ['must be an object with any of ' + MEMBERS.join(', ')];
  const { name, logo, colour, texts, render } = pages;
  return [
    ...Object.keys(pages)
      .filter((member) => !MEMBERS.includes(member))
      .map((member) => `${quoted(member)} is not one of ${MEMBERS.join(', ')}`),
    ...(name === undefined || isText(name) ? [] : ['name must be a text']),
    ...logoProblems(logo),
    ...colourProblems(colour),
    ...textsProblems(texts),
    ...(render === undefined || typeof render === 'function'
      ? []
      : ['render must be a function that returns HTML']),
  ];
}

function logoProblems(logo: unknown): string[] {
  if (logo === undefined) return [];
  const { url, alt } = Object(logo) as Given;
  return [
    ...(typeof url === 'string' && isLogoUrl(url)
      ? []
      : ['logo.url must be an https URL, or a path on this origin such as /logo.svg']),
    ...(typeof alt === 'string'
      ? []
      : ['logo.alt must be a text: what the logo says, or empty when the name says it']),
  ];
}

/** A second slash, or a backslash, would make a browser take the path for another host. */
function isLogoUrl(url: string): boolean {
  if (!/^[\x21-\x7E]+$/.test(url)) return false;
  if (url.startsWith('/')) return /^\/(?![/\\])/.test(url);
  const parsed = parseUrl(url);
  return parsed?.protocol === 'https:' && parsed.username === '' && parsed.password === '';
}

function colourProblems(colour: unknown): string[] {
  if (colour === undefined) return [];
  if (typeof colour === 'string') return shadeProblems('colour', colour, BACKGROUND.light);
  const { light, dark } = Object(colour) as Given;
  return [
    ...shadeProblems('colour.light', light, BACKGROUND.light),
    ...shadeProblems('colour.dark', dark, BACKGROUND.dark),
  ];
}

function shadeProblems(place: string, colour: unknown, background: string): string[] {
  if (typeof colour !== 'string' || !isHexColour(colour)) {
    return [`${place} must be a colour such as #1a56c4`];
  }
  const ratio = contrast(colour, background);
  if (ratio >= AA_CONTRAST) return [];
  const remedy = background === BACKGROUND.light ? 'darker' : 'lighter';
  return [
    `${place} ${colour} has a contrast of ${ratio.toFixed(1)} with the page, and text needs ${AA_CONTRAST}: take a ${remedy} one`,
  ];
}

function textsProblems(texts: unknown): string[] {
  if (texts === undefined) return [];
  if (!isPlainObject(texts)) return ['texts must be an object with the texts of each language'];
  return Object.entries(texts).flatMap(([tag, ofLanguage]) => {
    if (!isLanguageTag(tag)) return [`texts: ${quoted(tag)} is not a language tag such as pt-BR`];
    if (!isPlainObject(ofLanguage)) return [`texts.${tag} must be an object`];
    return Object.entries(ofLanguage).flatMap(([key, text]) => textProblems(tag, key, text));
  });
}

function textProblems(tag: string, key: string, text: unknown): string[] {
  const place = `texts.${tag}.${key}`;
  if (!isTextKey(key)) return [`${place} is not a text of the pages`];
  if (!isText(text)) return [`${place} must be a text that is not empty`];
  const [given, needed] = [placesOf(text), placesOf(EN[key])];
  if (given.join() === needed.join()) return [];
  const want = needed.map((slot) => `{${slot}}`).join(', ');
  return [`${place} must have ${want === '' ? 'no {...} in it' : `${want} in it, and no other`}`];
}

function isTextKey(key: string): key is TextKey {
  return TEXT_KEYS.some((known) => known === key);
}

function isLanguageTag(tag: string): boolean {
  try {
    canonical(tag);
    return true;
  } catch {
    return false;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isPlainObject(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
