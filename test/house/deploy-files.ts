/**
 * The files of docs/deploy, read as the tools read them that they are for.
 *
 * @module
 */
import { parseAllDocuments, parse } from 'yaml';
import { filesOf, textOf } from './files.ts';

const FOLDER = 'docs/deploy';

export interface ComposeService {
  readonly image?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly networks?: readonly string[];
}

export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly envFrom: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly securityContext: unknown;
  readonly [probe: `${string}Probe`]: { readonly httpGet: { readonly path: string } } | undefined;
}

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: unknown;
}

export interface PodSpec {
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  readonly terminationGracePeriodSeconds: number;
}

export const deployFiles = filesOf(FOLDER);

export function deployText(name: string): string {
  return textOf(`${FOLDER}/${name}`);
}

/** With its anchors and merges resolved. */
export function composeFile(): Compose {
  return parse(deployText('compose.yaml'), { merge: true }) as Compose;
}

/** What kubectl would be given, by the name of the file. */
export function manifests(): { name: string; manifest: Manifest }[] {
  return deployFiles
    .filter(({ path }) => /\/kubernetes\/(?!kustomization).*\.yaml$/.test(path))
    .flatMap(({ path, text }) =>
      parseAllDocuments(text).map((document) => {
        if (document.errors.length > 0) throw new Error(`${path}: ${document.errors.join('; ')}`);
        return { name: path.split('/').at(-1) ?? '', manifest: document.toJS() as Manifest };
      }),
    );
}

export function podSpec(): PodSpec {
  const found = manifests().find(({ manifest }) => manifest.kind === 'Deployment');
  return (found?.manifest.spec as { template: { spec: PodSpec } }).template.spec;
}

/** The file of variables that the pods are given. */
export function kubernetesEnvironment(): Record<string, string> {
  const lines = deployText('kubernetes/dcr.env').split('\n').filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
