/** The body's points by name, and which are joined: two presses on points draw or take away a line. */
import { useState } from 'react';
import { Button, Label, Text, TextArea, TextField, ToggleButton } from 'react-aria-components';
import { twinsByName } from '../../../signal/skeleton.ts';

export type Edge = readonly [string, string];

/** Names of a text, one a line or between commas. */
export const namesOf = (text: string): string[] =>
  text
    .split(/[\n,;]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');

export const firstTwice = (names: readonly string[]): string | undefined =>
  names.find((name, i) => names.indexOf(name) !== i);

const joins = ([a, b]: Edge, x: string, y: string): boolean => (a === x && b === y) || (a === y && b === x);

/** The edges with this pair, or without it where it was there. */
export function toggled(edges: readonly Edge[], a: string, b: string): readonly Edge[] {
  const without = edges.filter((edge) => !joins(edge, a, b));
  return without.length < edges.length ? without : [...edges, [a, b]];
}

interface Props {
  readonly text: string;
  readonly edges: readonly Edge[];
  onText(text: string): void;
  onEdges(edges: readonly Edge[]): void;
}

export function Keypoints({ text, edges, onText, onEdges }: Props): React.ReactNode {
  const names = [...new Set(namesOf(text))];
  const twice = firstTwice(namesOf(text));
  const twins = twinsByName(names);
  return (
    <div className="keypoints">
      <TextField value={text} onChange={onText}>
        <Label>Keypoints, one a line</Label>
        <TextArea rows={10} spellCheck={false} placeholder={'snout\nleft ear\nright ear\ntail base'} />
        <Text slot="description">
          {twice === undefined
            ? 'Name left and right alike ("left ear", "right ear"): Marey then knows which are twins.'
            : `"${twice}" is there twice: each name counts once.`}
        </Text>
      </TextField>
      <div className="stack">
        <SkeletonDrawing names={names} edges={edges} onEdges={onEdges} />
        <p className="dim">
          {twins.length === 0 ? '' : `Twins: ${twins.map(([a, b]) => `${a} and ${b}`).join('; ')}.`}
        </p>
      </div>
    </div>
  );
}

const size = { width: 460, height: 300 };

/** Where names stand: around an ellipse, from the top. Px of the drawing. */
function placeOf(i: number, count: number): { readonly x: number; readonly y: number } {
  const angle = (2 * Math.PI * i) / Math.max(1, count) - Math.PI / 2;
  return { x: size.width / 2 + 165 * Math.cos(angle), y: size.height / 2 + 122 * Math.sin(angle) };
}

function SkeletonDrawing({
  names,
  edges,
  onEdges,
}: {
  readonly names: readonly string[];
  readonly edges: readonly Edge[];
  onEdges(edges: readonly Edge[]): void;
}): React.ReactNode {
  const [held, setHeld] = useState<string>();
  const from = held !== undefined && names.includes(held) ? held : undefined;
  const drawn = edges.filter((edge) => edge.every((name) => names.includes(name)));
  const place = (name: string): { x: number; y: number } => placeOf(names.indexOf(name), names.length);
  const press = (name: string): void => {
    if (from === undefined || from === name) {
      setHeld(from === name ? undefined : name);
      return;
    }
    onEdges(toggled(drawn, from, name));
    setHeld(undefined);
  };
  return (
    <>
      <div className="row">
        <strong id="skeleton-title">Skeleton</strong>
        <span className="dim" role="status">
          {from === undefined
            ? 'Press two points to join or part them.'
            : `Now press the point to join with ${from}.`}
        </span>
      </div>
      <div className="skeleton" role="group" aria-labelledby="skeleton-title" style={size}>
        <svg width={size.width} height={size.height} aria-hidden="true">
          {drawn.map(([a, b]) => (
            <line key={`${a} ${b}`} x1={place(a).x} y1={place(a).y} x2={place(b).x} y2={place(b).y} />
          ))}
        </svg>
        {names.map((name) => (
          <ToggleButton
            key={name}
            className="react-aria-ToggleButton skeleton-point"
            style={{ left: place(name).x, top: place(name).y }}
            isSelected={name === from}
            onChange={() => press(name)}
          >
            {name}
          </ToggleButton>
        ))}
        {names.length === 0 ? <p className="dim skeleton-none">Name the points first.</p> : null}
      </div>
      <div className="row">
        <Button
          data-size="small"
          isDisabled={names.length < 2}
          onPress={() => onEdges(names.slice(1).map((name, i) => [names[i], name] as const))}
        >
          Join in the order of the list
        </Button>
        <Button data-size="small" isDisabled={drawn.length === 0} onPress={() => onEdges([])}>
          Part all
        </Button>
        <span className="dim">
          {drawn.length} {drawn.length === 1 ? 'line' : 'lines'}
        </span>
      </div>
    </>
  );
}
