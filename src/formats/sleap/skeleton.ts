import { z } from 'zod';
import { InputError } from '../../signal/error.ts';
import { skeleton, type Skeleton } from '../../signal/skeleton.ts';

/** How jsonpickle wrote SLEAP's kind of edge: spelled out where it comes first, then by reference. */
const edgeKind = z.union([
  z.object({
    'py/reduce': z
      .tuple([z.unknown(), z.object({ 'py/tuple': z.array(z.number()).min(1) })])
      .rest(z.unknown()),
  }),
  z.object({ 'py/id': z.number() }),
]);

const graph = z.object({
  nodes: z.array(z.object({ id: z.number().int().nonnegative() })),
  links: z.array(
    z.object({
      source: z.number().int(),
      target: z.number().int(),
      edge_insert_idx: z.number().nullish(),
      type: edgeKind.nullish(),
    }),
  ),
});

const metadata = z.object({
  nodes: z.array(z.object({ name: z.coerce.string() })),
  skeletons: z.array(graph),
});

/** SLEAP's kinds of edges: joints of the body, and left/right twins. */
const symmetryKind = 2;

/** The skeletons in a .slp file's metadata (networkx's node-link graph, pickled as JSON). Throws `InputError`. */
export function parseSkeletons(json: unknown, where: string): readonly Skeleton[] {
  const checked = metadata.safeParse(json);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new InputError(`the skeletons are not SLEAP's (${issue.message})`, {
      where: `${where}, ${issue.path.join('.')}`,
    });
  }
  const { nodes, skeletons } = checked.data;
  return skeletons.map((g) => {
    const ids = g.nodes.map((node) => node.id);
    const names = ids.map((id) => nodes[id]?.name);
    const twice = names.find((name, i) => name === undefined || names.indexOf(name) !== i);
    if (twice !== undefined || names.includes(undefined as never)) {
      throw new InputError('a skeleton names a node twice or one that is not there', {
        where,
        got: String(twice),
      });
    }
    const seen: number[] = [];
    const kinds = g.links.map(({ type }) => {
      if (!type) return 1;
      if ('py/id' in type) return seen[type['py/id'] - 1] ?? type['py/id'];
      const [kind] = type['py/reduce'][1]['py/tuple'];
      seen.push(kind);
      return kind;
    });
    const pair = (link: { source: number; target: number }): readonly [string, string] => {
      const [a, b] = [ids.indexOf(link.source), ids.indexOf(link.target)];
      if (a < 0 || b < 0) throw new InputError('an edge joins a node that is not in the skeleton', { where });
      return [names[a], names[b]];
    };
    const edges = g.links
      .map((link, i) => ({ link, kind: kinds[i], order: link.edge_insert_idx ?? i }))
      .filter(({ kind }) => kind !== symmetryKind)
      .sort((a, b) => a.order - b.order)
      .map(({ link }) => pair(link));
    const twins = g.links.filter((_, i) => kinds[i] === symmetryKind).map(pair);
    // A symmetry may be stored once in each direction.
    const once = twins.filter(([a, b], i) => !twins.slice(0, i).some(([c, d]) => c === b && d === a));
    return skeleton(names, edges, once.length > 0 ? once : undefined);
  });
}

/** The metadata JSON of a file with this one skeleton. */
export function formatMetadata({ keypoints, edges, symmetries }: Skeleton): string {
  const kind = (value: number, first: boolean, id: number): object =>
    first
      ? { 'py/reduce': [{ 'py/type': 'sleap.skeleton.EdgeType' }, { 'py/tuple': [value] }] }
      : { 'py/id': id };
  const links = [
    ...edges.map(([source, target], i) => ({
      edge_insert_idx: i,
      key: 0,
      source,
      target,
      type: kind(1, i === 0, 1),
    })),
    ...symmetries.map(([source, target], i) => ({
      key: 0,
      source,
      target,
      type: kind(symmetryKind, i === 0, edges.length > 0 ? 2 : 1),
    })),
  ];
  return JSON.stringify({
    version: '2.0.0',
    skeletons: [
      {
        directed: true,
        graph: { name: 'Skeleton-0', num_edges_inserted: edges.length },
        links,
        multigraph: true,
        nodes: keypoints.map((_, id) => ({ id })),
      },
    ],
    nodes: keypoints.map((name) => ({ name, weight: 1 })),
    videos: [],
    tracks: [],
    suggestions: [],
    negative_anchors: {},
    provenance: {},
  });
}
