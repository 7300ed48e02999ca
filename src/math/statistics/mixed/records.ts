import { mean } from '../../moments.ts';
import { nestedTrials, type Nested } from '../calibration/simulate.ts';
import { scenario, type StatisticalTest } from '../calibration/scenario.ts';
import { welchTest } from '../tests/two-sample.ts';
import { mixedModel } from './mixed-model.ts';
import { parametricBootstrap } from './parametric-bootstrap.ts';

const treatment = ({ value, treated, animal }: Nested) => ({
  response: value,
  fixed: { treated },
  group: animal,
});
const timeSlope = ({ value, time, animal }: Nested) => ({
  response: value,
  fixed: { time },
  group: animal,
  slope: 'time',
});
const split = (values: Float64Array, treated: Float64Array): [Float64Array, Float64Array] => [
  values.filter((_, i) => treated[i] === 1),
  values.filter((_, i) => treated[i] === 0),
];
const trialsAsUnits = {
  name: 'Welch over trials',
  p: ({ value, treated }: Nested) => {
    const [a, b] = split(value, treated);
    return welchTest(a, b).p;
  },
};
const between = (
  animals: number,
  effect: number,
  p: (data: Nested, random: Parameters<typeof nestedTrials>[0]) => number,
) =>
  scenario({
    name: `trials of ${animals} animals, half of them treated`,
    effect,
    effectMeaning: 'standard deviations of a trial; animals differ by 1',
    simulate: (random, size) => nestedTrials(random, { animals, trials: 15, animalSd: 1, effect: size }),
    p,
    naive: trialsAsUnits,
  });

export const animalMeans: StatisticalTest = {
  name: 'animal-means',
  title: 'Means of animals, Welch',
  assumes: 'independent animals with about equally many trials',
  source: 'Lazic 2010, BMC Neuroscience 11: 5',
  scenarios: [
    between(10, 2, ({ value, treated, animal }) => {
      const animals = [...new Set(animal)];
      const means = Float64Array.from(animals, (a) => mean(value.filter((_, i) => animal[i] === a)));
      const group = Float64Array.from(animals, (a) => treated[animal.indexOf(a)]);
      const [x, y] = split(means, group);
      return welchTest(x, y).p;
    }),
  ],
};

export const mixed: StatisticalTest = {
  name: 'mixed-model',
  title: 'Linear mixed model (REML, Satterthwaite)',
  assumes: 'normal animals and normal trials; a random slope for effects that vary within animals',
  source: 'Kuznetsova, Brockhoff & Christensen 2017, J. Stat. Softw. 82(13)',
  scenarios: [
    between(10, 2, (data) => mixedModel(treatment(data)).coefficients[1].p),
    scenario({
      name: 'a slope over trials that differs between 10 animals',
      effect: 0.8,
      effectMeaning: 'slope; its sd between animals is 0.7',
      simulate: (random, slope) =>
        nestedTrials(random, { animals: 10, trials: 15, animalSd: 1, slopeSd: 0.7, slope }),
      p: (data) => mixedModel(timeSlope(data)).coefficients[1].p,
      naive: {
        name: 'mixed model without the random slope',
        p: ({ value, time, animal }) =>
          mixedModel({ response: value, fixed: { time }, group: animal }).coefficients[1].p,
      },
    }),
  ],
};

export const mixedBootstrap: StatisticalTest = {
  name: 'mixed-model-bootstrap',
  title: 'Linear mixed model, parametric bootstrap',
  assumes: 'normal animals and normal trials',
  source: 'Halekoh & Højsgaard 2014, J. Stat. Softw. 59(9)',
  scenarios: [
    between(
      6,
      3,
      (data, random) => parametricBootstrap(treatment(data), 'treated', { simulations: 99, random }).p,
    ),
  ],
};
