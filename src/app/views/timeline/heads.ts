/** The heads of the lanes: title, unit, how it was computed, and the values at the cursor. Text of the page, so that it can be read out and copied. */
import { indexAt, medianInterval, timeOf, type TimeAxis } from '../../../signal/time.ts';
import { firstAtOrAfter } from '../../core/frame-times.ts';
import type { Palette } from '../../core/palette.ts';
import { rowsOf } from './draw-events.ts';
import { numberText } from './axis-ticks.ts';
import type { Lane } from './lane.ts';
import type { Samples } from './samples.ts';
import { unitText } from './unit-text.ts';

/** More series than these are drawn, but their values are not written. */
const namedSeries = 3;

export interface Head {
  readonly element: HTMLElement;
  /** Writes the values at this time. */
  update(seconds: number): void;
}

export function headOf(lane: Lane, height: number, palette: Palette): Head {
  const element = make('div', 'timeline-head');
  element.style.height = `${height}px`;
  element.dataset.lane = lane.id;
  const title = make('div', 'timeline-title', lane.title);
  title.title = [lane.title, lane.provenance].filter(Boolean).join('. ');
  element.append(title);
  const unit = unitText(lane.unit);
  if (unit) title.append(make('span', 'timeline-unit', ` ${unit}`));
  if (lane.computed) {
    const computed = make('div', 'timeline-computed', lane.computed);
    computed.title = lane.computed;
    element.append(computed);
  }
  if (lane.kind === 'problem') {
    const words = make('div', 'timeline-warning', lane.what);
    words.title = `${lane.what}. ${lane.facts}`;
    element.append(words);
  } else if (lane.warnings && lane.warnings.length > 0) {
    const words = make('div', 'timeline-warning', lane.warnings.join(' '));
    words.title = lane.warnings.join('\n');
    element.append(words);
  }
  const values = make('div', 'timeline-values');
  element.append(values);
  const write = valueWriter(lane, values, palette);
  let last: string | undefined;
  return {
    element,
    update(seconds) {
      const texts = write(seconds);
      const key = texts.join('|');
      if (key === last) return;
      last = key;
      texts.forEach((text, i) => (values.children[i].textContent = text));
    },
  };
}

/** Prepares the places for the values; what it returns gives their texts. */
function valueWriter(lane: Lane, into: HTMLElement, palette: Palette): (seconds: number) => string[] {
  const place = (name: string, color?: string): void => {
    const value = make('span', 'timeline-value');
    if (color) {
      value.style.setProperty('--swatch', color);
      value.classList.add('timeline-swatch');
    }
    value.dataset.name = name;
    into.append(value);
  };
  switch (lane.kind) {
    case 'signal': {
      const series = lane.series().slice(0, namedSeries);
      const several = series.length > 1;
      const near = series.map(({ time }) => medianInterval(time));
      series.forEach(({ name }, i) => place(name, several ? palette.series[i] : undefined));
      return (seconds) =>
        series.map(({ name, samples, time }, i) => {
          const value = numberText(valueAt(samples, time, seconds, near[i]));
          return several ? `${name} ${value}` : value;
        });
    }
    case 'bouts':
    case 'ticks': {
      place('now');
      return (seconds) => {
        const { count } = lane.events();
        const now = rowsOf(lane).filter(({ starts, ends, latestEnds }) => {
          for (let i = firstAtOrAfter(latestEnds, seconds); i < starts.length && starts[i] <= seconds; i++) {
            if (seconds < ends[i] || starts[i] === seconds) return true;
          }
          return false;
        });
        return [now.length > 0 ? now.map(({ label }) => label).join(', ') : `${count} in all`];
      };
    }
    case 'raster': {
      const spikes = lane.spikes();
      place('units');
      const text = `${spikes.units.length} units, ${spikes.count.toLocaleString('en-US')} spikes`;
      return () => [text];
    }
    case 'problem':
      return () => [];
    default:
      return lane satisfies never;
  }
}

/** The sample nearest to a time, at most one and a half intervals away; else NaN: no value is carried into a gap. */
function valueAt(samples: Samples, time: TimeAxis, seconds: number, interval: number): number {
  const before = indexAt(time, seconds);
  const nearest =
    before < 0
      ? 0
      : before + 1 < samples.count && timeOf(time, before + 1) - seconds < seconds - timeOf(time, before)
        ? before + 1
        : before;
  if (samples.count === 0 || Math.abs(timeOf(time, nearest) - seconds) > 1.5 * interval) return NaN;
  return samples.at(nearest);
}

function make(tag: string, name: string, text?: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}
