/** What browsers send: cookies, and the languages of the reader. */
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import express, { type Request } from 'express';
import { createBrowserCookie } from '../../../lib/http/browser-cookie.ts';
import { languageChoice } from '../../../lib/http/language-choice.ts';
import { lookUpLanguage } from '../../../lib/pages/language-lookup.ts';
import type { Target } from '../engine/target.ts';
import { firstLine } from './refusal.ts';

const ISSUER = 'https://auth.example.com';
const NAME = `__Host-dcr-${hash('sha256', ISSUER).slice(0, 8)}`;
const ID = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const browserCookie = createBrowserCookie({ issuer: ISSUER, newBrowserId: () => ID });

const asked = (headers: Readonly<Record<string, string>>, originalUrl = '/'): Request =>
  Object.assign(Object.create(express.request) as Request, { headers, originalUrl });

export const cookie: Target = {
  name: 'cookie',
  seeds: [
    `${NAME}=${ID}`,
    `a=b; ${NAME}=${ID}; c=d`,
    `${NAME}=${ID};${NAME}=${ID}`,
    `${NAME}="${ID}"`,
    `${NAME}=${ID}=x`,
    NAME,
    `a=${NAME}=${ID}`,
  ],
  run(input) {
    const digest = browserCookie.read(asked({ cookie: input }));
    if (digest === undefined) return;
    const sent = input.split(';').map((one) => one.trim());
    const ours = sent.filter((one) => one === NAME || one.startsWith(`${NAME}=`));
    assert.equal(ours.length, 1, 'one of two cookies');
    const id = ours[0]?.slice(NAME.length + 1) ?? '';
    assert.match(id.slice(0, 43), /^[\w-]{43}$/);
    assert.equal(digest, hash('sha256', id.slice(0, 43), 'base64url'));
  },
};

/** Neither endpoint takes a longer wish. */
const MAX_LENGTH = 500;
const OFFERED = ['en', 'de', 'fr', 'pt-BR', 'zh-Hant-TW'];

/** The header in the first line, the wish of the app in those after it. */
export const language: Target = {
  name: 'language',
  seeds: [
    'de,en;q=0.5',
    'fr-CA;q=0.9,*;q=0.1\npt de',
    'zh-Hant;q=1.000, en;q=2',
    '*\n*',
    ';q=,=,\nzh-hant-tw-x-y',
    'en;q=NaN;q=0\n-',
  ],
  run(input) {
    const [header, rest] = firstLine(input);
    const wanted = rest.slice(0, MAX_LENGTH);
    const best = lookUpLanguage(wanted, OFFERED);
    if (best !== undefined) {
      assert.ok(OFFERED.includes(best));
      const primary = best.split('-')[0] ?? '';
      assert.ok(wanted.toLowerCase().includes(primary.toLowerCase()), 'nobody asked for it');
    }
    const query = `/?${new URLSearchParams({ ui_locales: wanted }).toString()}`;
    for (const wish of [wanted, undefined]) {
      const choose = languageChoice(asked({ 'accept-language': header }, query), wish)(OFFERED);
      const chosen = choose(OFFERED);
      assert.ok(chosen === undefined || OFFERED.includes(chosen));
      assert.equal(choose(['x']), undefined);
      if (best !== undefined && wish !== undefined) assert.equal(chosen, best);
    }
  },
};
