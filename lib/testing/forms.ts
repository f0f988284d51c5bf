/**
 * The forms of a page, as far as a test has to see them.
 *
 * @module
 */

export interface PageForm {
  readonly action: string;
  readonly method: string;
  /** What a browser would send: hidden and filled fields, and what is ticked. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  /** The names and values of the buttons. */
  readonly buttons: readonly { readonly name: string; readonly value: string }[];
}

type Attributes = ReadonlyMap<string, string>;

export function formsOf(html: string): PageForm[] {
  return [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gis)].map(([, tag = '', inside = '']) => {
    const attributes = attributesOf(tag);
    const fields: Record<string, string[]> = {};
    const buttons: { name: string; value: string }[] = [];
    for (const [, element = '', rest = ''] of inside.matchAll(/<(input|button)\b([^>]*)>/gi)) {
      const control = attributesOf(rest);
      const name = control.get('name');
      if (name === undefined) continue;
      const isButton = element.toLowerCase() === 'button' || control.get('type') === 'submit';
      if (isButton) buttons.push({ name, value: control.get('value') ?? '' });
      else if (isSent(control))
        (fields[name] ??= []).push(control.get('value') ?? defaultOf(control));
    }
    return {
      action: attributes.get('action') ?? '',
      method: (attributes.get('method') ?? 'get').toUpperCase(),
      fields,
      buttons,
    };
  });
}

function isSent(control: Attributes): boolean {
  const isBox = ['checkbox', 'radio'].includes(control.get('type') ?? '');
  return !isBox || control.has('checked');
}

function defaultOf(control: Attributes): string {
  return control.get('type') === 'checkbox' ? 'on' : '';
}

function attributesOf(tag: string): Attributes {
  const pattern = /([a-z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/gi;
  return new Map(
    [...tag.matchAll(pattern)].map(([, name = '', double, single, bare]) => [
      name.toLowerCase(),
      unescaped(double ?? single ?? bare ?? ''),
    ]),
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#x27;': "'",
  '&amp;': '&',
};

/** Text as it was before it was escaped for HTML. */
export function unescaped(html: string): string {
  return html.replace(/&(?:lt|gt|quot|amp|#39|#x27);/gi, (entity) => {
    return ENTITIES[entity.toLowerCase()] ?? entity;
  });
}

/** What a page says, in one line, for the message of a test that fails. */
export function wordsOf(html: string): string {
  const title =
    /<h1\b[^>]*>(.*?)<\/h1>/is.exec(html) ?? /<title\b[^>]*>(.*?)<\/title>/is.exec(html);
  const words = (title?.[1] ?? html).replace(/<[^<>]*>/g, ' ').replace(/\s+/g, ' ');
  return unescaped(words).trim().slice(0, 200);
}
