export function safeReturnTo(value: unknown): string {
  const isOurs = typeof value === 'string' && /^\/(?![/\\])[^\p{Cc}]*$/u.test(value);
  return isOurs ? value : '/';
}
