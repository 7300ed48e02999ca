import { InputError } from '../../signal/error.ts';

/** What PyTables pickles into attributes: texts, numbers, lists, tuples, dictionaries. */
export type Pickled =
  null | boolean | number | string | readonly Pickled[] | { readonly [key: string]: Pickled };

type Building = null | boolean | number | string | Building[] | Map<Building, Building>;
const mark = Symbol('mark');

/**
 * Reads a pickle of protocol 0 as pandas leaves them in HDF5 attributes. Only opcodes that make plain data are known: whatever
 * would name a class, call a function or build an object is an error, so nothing in a file is ever executed. Opcodes: CPython's
 * Lib/pickletools.py. Throws `InputError`.
 */
export function parsePickle(text: string, where: string): Pickled {
  const stack: (Building | typeof mark)[] = [];
  const memo = new Map<string, Building>();
  let at = 0;
  const refuse = (what: string): never => {
    throw new InputError(`a pickled attribute cannot be read: ${what}`, {
      where,
      got: `at byte ${at} of ${text.length}`,
    });
  };
  const line = (): string => {
    const end = text.indexOf('\n', at);
    if (end < 0) refuse('it ends in the middle');
    const got = text.slice(at, end);
    at = end + 1;
    return got;
  };
  const pop = (): Building => {
    const top = stack.pop();
    if (top === undefined || top === mark) return refuse('its stack is empty');
    return top;
  };
  const popToMark = (): Building[] => {
    const start = stack.lastIndexOf(mark);
    if (start < 0) refuse('it has no mark');
    const items = stack.splice(start).slice(1) as Building[];
    return items;
  };
  const top = (): Building => {
    const value = pop();
    stack.push(value);
    return value;
  };
  const number = (literal: string): number => {
    const value = Number(literal.replace(/L$/, ''));
    return Number.isFinite(value) ? value : refuse(`"${literal}" is no number`);
  };
  while (at < text.length) {
    const opcode = text[at++];
    switch (opcode) {
      case '(':
        stack.push(mark);
        break;
      case 'l':
      case 't':
        stack.push(popToMark());
        break;
      case 'd': {
        const items = popToMark();
        const map = new Map<Building, Building>();
        for (let i = 0; i + 1 < items.length; i += 2) map.set(items[i], items[i + 1]);
        stack.push(map);
        break;
      }
      case 'a': {
        const item = pop();
        const list = top();
        if (!Array.isArray(list)) return refuse('it appends to what is no list');
        list.push(item);
        break;
      }
      case 's': {
        const value = pop();
        const key = pop();
        const map = top();
        if (!(map instanceof Map)) return refuse('it sets an item of what is no dictionary');
        map.set(key, value);
        break;
      }
      case 'p':
        memo.set(line(), top());
        break;
      case 'g': {
        const key = line();
        const value = memo.get(key);
        if (value === undefined) return refuse(`it recalls "${key}", which it never kept`);
        stack.push(value);
        break;
      }
      case 'V':
        stack.push(
          line().replace(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
        );
        break;
      case 'S':
        stack.push(line().replace(/^(['"])(.*)\1$/, '$2'));
        break;
      case 'I': {
        const literal = line();
        stack.push(literal === '01' ? true : literal === '00' ? false : number(literal));
        break;
      }
      case 'L':
      case 'F':
        stack.push(number(line()));
        break;
      case 'N':
        stack.push(null);
        break;
      case '.':
        return plain(pop(), refuse);
      default:
        return refuse(`the opcode "${opcode}" is not allowed`);
    }
  }
  return refuse('it never stops');
}

/** Maps become records. A structure that contains itself, or repeats its parts beyond any header's size, is refused. */
function plain(root: Building, refuse: (what: string) => never): Pickled {
  let left = 1_000_000;
  const visit = (value: Building, depth: number): Pickled => {
    if (depth > 8 || --left < 0) return refuse('it is nested too deep or too large');
    if (Array.isArray(value)) return value.map((item) => visit(item, depth + 1));
    if (value instanceof Map) {
      return Object.fromEntries(Array.from(value, ([k, v]) => [String(k), visit(v, depth + 1)]));
    }
    return value;
  };
  return visit(root, 0);
}
