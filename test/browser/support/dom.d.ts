/**
 * Names of the DOM that the types of playwright-core take for granted. The repository is compiled
 * without the DOM, so that nothing in `lib` takes a browser's global for one of Node; what runs in a
 * page is a text here.
 */
interface Node {
  readonly nodeName: string;
}
interface HTMLElement extends Node {
  readonly lang: string;
}
interface SVGElement extends Node {
  readonly id: string;
}
type HTMLElementTagNameMap = Record<string, HTMLElement>;
