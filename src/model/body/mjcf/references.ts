import { InputError } from '../../../signal/error.ts';
import { descendants, parseXml, type XmlElement } from './xml.ts';

/** A file that an MJCF text asks for. */
interface Reference {
  /** Relative to the folder of the main file, with `/` between folders. */
  readonly path: string;
  /** The element that asks: `include`, `mesh`, `hfield`, ... */
  readonly element: string;
  readonly line: number;
}

/** Attributes of `compiler` that give the folder of an element's files. */
const folders: Readonly<Record<string, string>> = {
  mesh: 'meshdir',
  texture: 'texturedir',
  hfield: 'meshdir',
  skin: 'meshdir',
};

function readMjcf(mjcf: string, where: string): XmlElement[] {
  const root = parseXml(mjcf, where);
  if (root.name === 'robot') {
    throw new InputError('the file is a URDF', {
      where,
      expected: 'MJCF, whose root is <mujoco>',
      fix: 'Convert it with MuJoCo first.',
    });
  }
  if (root.name !== 'mujoco' && root.name !== 'mujocoinclude') {
    throw new InputError('the file is not MJCF', {
      where,
      expected: 'the root element <mujoco>',
      got: `<${root.name}>`,
    });
  }
  return [...descendants(root)];
}

function filesOf({ name, attributes }: XmlElement): string[] {
  if (name === 'config' || name === 'plugin') return [];
  return Object.keys(attributes)
    .filter((key) => key === 'file' || (name === 'texture' && key.startsWith('file')))
    .map((key) => attributes[key])
    .filter((file) => file !== '');
}

function reference(
  element: XmlElement,
  file: string,
  compiler: Record<string, string>,
  where: string,
): Reference {
  const { name, line } = element;
  const folder = compiler[folders[name] ?? ''] ?? (name in folders ? compiler['assetdir'] : undefined) ?? '';
  const joined = (folder ? `${folder}/${file}` : file).replaceAll('\\', '/');
  const parts: string[] = [];
  let leaves = joined.startsWith('/') || /^[a-z]+:/i.test(joined);
  for (const part of joined.split('/')) {
    if (part === '..') leaves ||= parts.pop() === undefined;
    else if (part !== '' && part !== '.') parts.push(part);
  }
  if (leaves) {
    throw new InputError(`<${name}> asks for a file outside of the model's folder`, {
      where: `${where}, line ${line}`,
      expected: 'a path inside the folder of the main file',
      got: `"${joined}"`,
      fix: 'Copy the file into the folder and name it from there.',
    });
  }
  return { path: parts.join('/'), element: name, line };
}

/**
 * Every file that a model needs (includes, meshes, height fields, textures, skins, attached models), its includes' files too, by path.
 *
 * @param where the text's name in errors: its path.
 * @param read what lies at a path relative to the main file's folder, undefined where nothing does.
 *
 * Throws `InputError` where a text is not MJCF, where a path is absolute or leaves the main file's folder, and where a file is missing: with
 * the element that asks for it and its line.
 */
export function neededFiles(
  mjcf: string,
  where: string,
  read: (path: string) => Uint8Array | undefined,
): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const texts: { where: string; elements: XmlElement[] }[] = [];
  const fetch = ({ path, element, line }: Reference, from: string): Uint8Array => {
    const bytes = files.get(path) ?? read(path);
    if (!bytes) {
      throw new InputError(`the ${element === 'include' ? 'included file' : element} "${path}" is missing`, {
        where: `${from}, line ${line}`,
        expected: 'every file that the model names, in its folder',
      });
    }
    files.set(path, bytes);
    return bytes;
  };
  // Includes first: one of them may say in which folder the meshes of all are.
  const visit = (text: string, name: string): void => {
    const elements = readMjcf(text, name);
    texts.push({ where: name, elements });
    for (const element of elements.filter((e) => e.name === 'include')) {
      for (const file of filesOf(element)) {
        const asked = reference(element, file, {}, name);
        if (!files.has(asked.path)) visit(new TextDecoder().decode(fetch(asked, name)), asked.path);
      }
    }
  };
  visit(mjcf, where);
  const compilers = texts.flatMap((t) => t.elements).filter((e) => e.name === 'compiler');
  const compiler = Object.assign({}, ...compilers.map((e) => e.attributes)) as Record<string, string>;
  for (const { where: name, elements } of texts) {
    for (const element of elements.filter((e) => e.name !== 'include')) {
      for (const file of filesOf(element)) fetch(reference(element, file, compiler, name), name);
    }
  }
  return files;
}
