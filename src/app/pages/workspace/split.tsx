/** Children beside or below each other, with dividers that the mouse and the arrow keys move. */
import { Fragment, useRef, useState } from 'react';
import { divided, shares } from './arrange.ts';

interface Props {
  readonly direction: 'row' | 'column';
  readonly sizes: readonly number[] | undefined;
  onSizes(sizes: readonly number[]): void;
  /** What stands on both sides of divider `index`, for screen readers. */
  nameOf(index: number): string;
  readonly children: readonly React.ReactElement[];
}

/** Part of both neighbors that a press of an arrow key moves. */
const keyStep = 0.05;

export function Split({ direction, sizes: kept, onSizes, nameOf, children }: Props): React.ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const [moving, setMoving] = useState<readonly number[]>();
  const sizes = moving ?? shares(kept, children.length);
  const horizontal = direction === 'row';

  const fractionAt = (event: React.PointerEvent, index: number): number => {
    const cells = box.current!.querySelectorAll(':scope > .split-cell');
    const first = cells[index].getBoundingClientRect();
    const second = cells[index + 1].getBoundingClientRect();
    return horizontal
      ? (event.clientX - first.left) / (second.right - first.left)
      : (event.clientY - first.top) / (second.bottom - first.top);
  };

  const byKey = (event: React.KeyboardEvent, index: number): void => {
    const now = sizes[index] / (sizes[index] + sizes[index + 1]);
    const back = horizontal ? 'ArrowLeft' : 'ArrowUp';
    const on = horizontal ? 'ArrowRight' : 'ArrowDown';
    const targets: Readonly<Record<string, number>> = {
      [back]: now - keyStep,
      [on]: now + keyStep,
      Home: 0,
      End: 1,
      Enter: 0.5,
    };
    if (!Object.hasOwn(targets, event.key)) return;
    event.preventDefault();
    onSizes(divided(sizes, index, targets[event.key]));
  };

  return (
    <div ref={box} className="split" data-direction={direction}>
      {children.map((child, i) => (
        <Fragment key={child.key}>
          <div className="split-cell" style={{ flexGrow: sizes[i] * 100 }}>
            {child}
          </div>
          {i === children.length - 1 ? null : (
            <div
              className="split-divider"
              role="separator"
              tabIndex={0}
              aria-label={nameOf(i)}
              aria-orientation={horizontal ? 'vertical' : 'horizontal'}
              aria-valuemin={0}
              aria-valuemax={100}
              aria-valuenow={Math.round((100 * sizes[i]) / (sizes[i] + sizes[i + 1]))}
              onKeyDown={(event) => byKey(event, i)}
              onDoubleClick={() => onSizes(divided(sizes, i, 0.5))}
              onPointerDown={(event) => {
                event.currentTarget.setPointerCapture(event.pointerId);
                setMoving(sizes);
              }}
              onPointerMove={(event) => {
                if (moving) setMoving(divided(sizes, i, fractionAt(event, i)));
              }}
              onLostPointerCapture={() => {
                if (moving) onSizes(moving);
                setMoving(undefined);
              }}
            />
          )}
        </Fragment>
      ))}
    </div>
  );
}
