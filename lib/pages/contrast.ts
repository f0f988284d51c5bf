/**
 * How far two colours are apart for the eye.
 *
 * @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
 * @module
 */

/** What text needs to be read by nearly everybody (WCAG 2.2 §1.4.3, level AA). */
export const AA_CONTRAST = 4.5;

const HEX = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i;

/** Whether a text is a colour such as `#1a56c4`. */
export function isHexColour(text: string): boolean {
  return HEX.test(text);
}

/** From 1, the same, to 21, black on white. */
export function contrast(a: string, b: string): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

/** A colour mixed with white, no more than it takes to be read on a dark page. */
export function readableOn(background: string, colour: string): string {
  const steps = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
  const mixed = steps.map((share) => withWhite(colour, share));
  return mixed.find((one) => contrast(one, background) >= AA_CONTRAST) ?? '#ffffff';
}

function withWhite(colour: string, share: number): string {
  const parts = channels(colour).map((value) => Math.round(value + (255 - value) * share));
  return `#${parts.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channels(colour: string): number[] {
  return (HEX.exec(colour) ?? []).slice(1).map((part) => Number.parseInt(part, 16));
}
