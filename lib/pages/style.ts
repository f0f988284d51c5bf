/**
 * The one style sheet of the pages.
 *
 * @module
 */
import { readableOn } from './contrast.ts';

/** The colour of links and buttons, in both modes. */
export interface Accent {
  readonly light: string;
  readonly dark: string;
}

export const BACKGROUND: Accent = { light: '#ffffff', dark: '#16181d' };

export const DEFAULT_ACCENT: Accent = { light: '#1a56c4', dark: '#8ab4ff' };

/** The same colour for both modes: on a dark page as much lighter as it takes. */
export function accentOf(colour: string | Accent | undefined): Accent {
  if (colour === undefined) return DEFAULT_ACCENT;
  if (typeof colour !== 'string') return colour;
  return { light: colour, dark: readableOn(BACKGROUND.dark, colour) };
}

export function styleSheet({ light, dark }: Accent): string {
  return `
:root { color-scheme: light dark; --page: ${BACKGROUND.light}; --text: #1b1e24; --line: #8a909c;
  --accent: ${light}; --quiet: #5c6370; --warn: #8a4b00; --warn-page: #fff6e5; }
@media (prefers-color-scheme: dark) { :root { --page: ${BACKGROUND.dark}; --text: #e8eaee; --line: #6b7280;
  --accent: ${dark}; --quiet: #a8afbc; --warn: #ffc46b; --warn-page: #2a2113; } }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; background: var(--page); color: var(--text); overflow-wrap: anywhere; }
header, main { max-width: 34rem; margin: 0 auto; padding: 0 1.25rem; }
header { display: flex; align-items: center; gap: .75rem; padding-top: 1.5rem; font-weight: 600; }
header img { max-height: 2.5rem; max-width: 10rem; }
main { padding-top: 2rem; padding-bottom: 2.5rem; }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 1rem; }
a { color: var(--accent); }
.host { font-size: 1.5rem; line-height: 1.3; font-weight: 700; margin: 0 0 .5rem; }
.box { border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.25rem; margin: 1.25rem 0; }
.box p:first-child { margin-top: 0; }
.box p:last-child { margin-bottom: 0; }
.quiet { color: var(--quiet); font-size: .925rem; }
.warn { color: var(--warn); background: var(--warn-page); border-inline-start: .25rem solid var(--warn);
  border-radius: .25rem; padding: .6rem .8rem; font-size: .925rem; }
.claim strong { display: inline-block; max-width: 100%; overflow: hidden; vertical-align: bottom; color: var(--text); }
fieldset { border: 0; margin: 1rem 0 0; padding: 0; min-width: 0; }
legend { padding: 0; font-weight: 600; }
ul { padding-inline-start: 1.2rem; margin: .5rem 0 0; }
li { margin: .35rem 0; }
.ticks { list-style: none; padding: 0; }
.ticks label { display: flex; gap: .65rem; align-items: flex-start; padding: .3rem 0; cursor: pointer; }
.ticks input { flex: none; width: 1.25rem; height: 1.25rem; margin: .15rem 0 0; accent-color: var(--accent); }
.ticks .mark { display: block; margin-inline-start: 1.9rem; }
.actions { display: flex; gap: .75rem; flex-wrap: wrap; margin: 1.5rem 0 1rem; }
button, .button { flex: 1 1 8rem; font: inherit; font-weight: 600; text-align: center; padding: .7rem 1rem;
  border: 2px solid var(--accent); border-radius: .5rem; background: transparent; color: var(--accent);
  cursor: pointer; text-decoration: none; }
.button { display: inline-block; margin: .5rem 0; }
.choices { list-style: none; padding: 0; }
.choices .button { display: block; padding: .9rem 1rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;
}
