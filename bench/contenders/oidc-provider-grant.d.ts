/**
 * What the measurement needs of oidc-provider beside what the example uses.
 */
import 'oidc-provider';

declare module 'oidc-provider' {
  export interface Grant {
    addResourceScope(resource: string, scope: string): void;
  }
}
