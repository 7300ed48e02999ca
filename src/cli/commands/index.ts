import type { Verb } from '../command.ts';

/** Every verb of `marey`, in the order of the help. A verb's module is loaded when it is used: most need much that others do not. */
export const verbs: readonly Verb[] = [
  {
    name: 'demo',
    summary: 'the whole way on a simulated recording with known truth, with a report',
    load: async () => (await import('./demo.ts')).demoCommand,
  },
  {
    name: 'lab',
    summary: 'a simulated recording with known truth: videos, EMG, spikes, clocks, as a project',
    load: async () => (await import('./lab.ts')).labCommand,
  },
  {
    name: 'new',
    summary: 'makes an empty project',
    load: async () => (await import('./new.ts')).newCommand,
  },
  {
    name: 'import',
    summary: 'takes over labels: a DeepLabCut, SLEAP or Lightning Pose project, COCO keypoints',
    load: async () => (await import('./import.ts')).importCommand,
  },
  {
    name: 'train',
    summary: 'trains the pose network on the labeled frames',
    load: async () => (await import('./train.ts')).trainCommand,
  },
  {
    name: 'evaluate',
    summary: 'how wrong the pose network is, on frames it was not trained on',
    load: async () => (await import('./evaluate.ts')).evaluateCommand,
  },
  {
    name: 'track',
    summary: 'runs the trained network over videos',
    load: async () => (await import('./track.ts')).trackCommand,
  },
  {
    name: 'claim',
    summary: 'judges hypotheses about recorded activity as a file fixed them, beside chance and ceiling',
    load: async () => (await import('./claim.ts')).claimCommand,
  },
  {
    name: 'fit-body',
    summary: 'from tracked points to joint angles, muscle lengths and activations of a body',
    load: async () => (await import('./fit-body.ts')).fitBodyCommand,
  },
  {
    name: 'relate',
    summary: 'what neurons have to do with a movement, each answer beside its null, as a report',
    load: async () => (await import('./relate.ts')).relateCommand,
  },
  {
    name: 'control',
    summary: 'trains a network to do a task with a body, to be lesioned and compared',
    load: async () => (await import('./control.ts')).controlCommand,
  },
  {
    name: 'run',
    summary: 'brings everything up to date: trains, judges, tracks the listed videos, exports',
    load: async () => (await import('./run.ts')).runCommand,
  },
  {
    name: 'export',
    summary: "writes the project's labels in another tool's format",
    load: async () => (await import('./export.ts')).exportCommand,
  },
  {
    name: 'open',
    summary: 'the workbench in the browser: look, label, train, track, measure',
    load: async () => (await import('./open.ts')).openCommand,
  },
  {
    name: 'info',
    summary: 'what is in the project',
    load: async () => (await import('./info.ts')).infoCommand,
  },
  {
    name: 'doctor',
    summary: 'what is wrong with this machine or project, and what to do',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
];
