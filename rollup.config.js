/**
 * What is published, of what `tsc` made of lib: `npm run build`. Two builds, ES modules and CommonJS,
 * each with types of its own; see docs/adr/0025-two-builds.md.
 *
 * @module
 */
import { readFileSync, readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, resolve } from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { dts } from 'rollup-plugin-dts';

const COMPILED = 'node_modules/.cache/build';
const ENTRIES = ['index', 'resource', 'testing'];

/** Packages without anything that `require` gets everywhere: Jest, for one, requires no ES module. */
const ESM_ONLY = ['eta', 'jose', 'openid-client'];

const { dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));

const isOf = (names) => (id) => names.some((name) => id === name || id.startsWith(`${name}/`));
const isInstalled = isOf(Object.keys({ ...dependencies, ...peerDependencies }));
const isInlined = isOf(ESM_ONLY);

const inputOf = (names, extension) =>
  Object.fromEntries(names.map((name) => [name, `${COMPILED}/${name}${extension}`]));

/** One chunk for what the same entries need; a name says nothing, so a hash is enough. */
const outputOf = (dir, format, extension) => ({
  dir,
  format,
  entryFileNames: `[name]${extension}`,
  chunkFileNames: `shared-[hash]${extension}`,
  hoistTransitiveImports: false,
  minifyInternalExports: false,
});

/** `import.meta.url` where there is none. Rollup's own way asks for `document`, which is there in jsdom. */
const metaUrl = {
  name: 'meta-url',
  resolveImportMeta: (property) =>
    property === 'url' ? "require('node:url').pathToFileURL(__filename).href" : null,
};

/** Declarations name each other as sources do, with `.ts`. */
const declarations = {
  name: 'declarations',
  resolveId: (id, importer) =>
    importer && id.startsWith('.')
      ? resolve(dirname(importer), id.replace(/\.ts$/, '.d.ts'))
      : null,
};

/** The licences of what is inlined ask to be kept with it. */
const notices = {
  name: 'notices',
  generateBundle(_options, bundle) {
    const files = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds);
    const folders = files.flatMap((file) => /^.*\/node_modules\/(?!\.)[^/]+/.exec(file) ?? []);
    const source = [...new Set(folders)].sort().map(noticeOf).join('\n\n');
    this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-NOTICES.md', source: `${source}\n` });
  },
};

function noticeOf(folder) {
  const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const [file] = readdirSync(folder).filter((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} is inlined and comes without a licence to keep`);
  return `# ${name} ${version}\n\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}`;
}

const esm = {
  input: { ...inputOf(ENTRIES, '.js'), cli: `${COMPILED}/cli/main.js` },
  external: (id) => isBuiltin(id) || isInstalled(id),
  output: outputOf('dist/esm', 'es', '.js'),
};

const cjs = {
  input: inputOf(ENTRIES, '.js'),
  external: (id) => isBuiltin(id) || (isInstalled(id) && !isInlined(id)),
  plugins: [nodeResolve(), metaUrl, notices],
  output: outputOf('dist/cjs', 'cjs', '.cjs'),
};

const typesOf = (dir, extension) => ({
  input: inputOf(ENTRIES, '.d.ts'),
  external: (id) => isBuiltin(id) || isInstalled(id),
  plugins: [declarations, dts()],
  output: outputOf(dir, 'es', extension),
});

/** A warning is a mistake: of a ring of files, or of what nobody installs. */
function onwarn({ code, message }) {
  if (code !== 'EMPTY_BUNDLE') throw new Error(message);
}

const builds = [esm, cjs, typesOf('dist/esm', '.d.ts'), typesOf('dist/cjs', '.d.cts')];

export default builds.map((build) => ({ ...build, onwarn }));
