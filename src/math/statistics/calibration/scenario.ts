import type { Random } from '../../random.ts';

/** Data in which a test's null holds (effect 0) or does not, and what the test makes of them. */
export interface ScenarioOf<Data> {
  readonly name: string;
  /** The alternative that power is stated for, and what the number means. */
  readonly effect: number;
  readonly effectMeaning: string;
  readonly simulate: (random: Random, effect: number) => Data;
  /** The test's p value; where it tests many things, the smallest adjusted one. */
  readonly p: (data: Data, random: Random) => number;
  /** What is often done instead. */
  readonly naive?: { readonly name: string; readonly p: (data: Data) => number };
  /** The test promises a rate of at most alpha, and a lower one here is no fault. */
  readonly conservative?: boolean;
}

/** The same with its data hidden, so that scenarios of any data stand in one list. */
export interface Scenario extends Omit<ScenarioOf<unknown>, 'simulate' | 'p' | 'naive'> {
  readonly naiveName?: string;
  readonly run: (random: Random, effect: number) => { readonly p: number; readonly naive?: number };
}

export function scenario<Data>(of: ScenarioOf<Data>): Scenario {
  const { name, effect, effectMeaning, conservative, naive } = of;
  return {
    name,
    effect,
    effectMeaning,
    conservative,
    naiveName: naive?.name,
    run: (random, size) => {
      const data = of.simulate(random, size);
      return { p: of.p(data, random), naive: naive?.p(data) };
    },
  };
}

/** A test with what it is, what it assumes, and the scenarios that measure whether it keeps its level. */
export interface StatisticalTest {
  readonly name: string;
  readonly title: string;
  readonly assumes: string;
  readonly source: string;
  readonly scenarios: readonly Scenario[];
}
