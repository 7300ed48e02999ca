// Trains a network to tell what a hand writes from what its muscles' spindles say, and shows what its units are tuned to.
// Run: node examples/proprioception.js
import { handKinematics, kinematicTuning, perceptionResponses, tunedShare } from 'marey/inquire';
import { nodeEngine } from 'marey/learn/engine/node';
import { perception } from 'marey/model';

const felt = (count, seed) => {
  const movements = perception.handwriting(perception.planarArm(), {
    count,
    seed,
    characters: perception.characters.slice(0, 8),
  });
  return { movements, afferents: perception.afferents(movements) };
};
const [learned, heldOut] = [felt(800, 'learned'), felt(200, 'held out')];
const engine = await nodeEngine({ threads: 1 });
const untrained = perception.untrainedNetwork(learned, {
  encoder: 'spatial-temporal',
  task: 'recognition',
  seed: 1,
});
const { network } = await perception.trainPerception(untrained, learned, { engine, steps: 150 });
const score = await perception.judge(network, heldOut, engine);
console.log(
  `${score.meaning}: ${score.value} (${score.interval.map((x) => x.toFixed(2)).join(' to ')}), chance ${score.chance}`,
);

// Share of units tuned to direction and to position, layer by layer, beside the untrained twin.
const tuning = async (of) =>
  (await perception.activations(of, heldOut.afferents, engine)).map((layer) => {
    const tuned = kinematicTuning(
      perceptionResponses(layer),
      handKinematics(heldOut.movements, layer.stride),
    );
    return tuned.map((t) => `${t.model} ${tunedShare(t).toFixed(2)}`).join(', ');
  });
const [trained, twin] = [await tuning(network), await tuning(untrained)];
perception.layersOf(network).forEach(({ layer }, l) => {
  console.log(`${layer}: ${trained[l]}\n  untrained: ${twin[l]}`);
});

// The network as a file: a claim names it under `data.networks` and takes a layer as a hypothesis.
console.log(`${perception.writePerception(network).length} bytes`);
