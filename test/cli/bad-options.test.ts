import { expect, it } from 'vitest';
import { expectClear, marey } from './marey.ts';
import { folderForAll } from './temporary.ts';

const folder = folderForAll();

it.each([
  [['train', '--minutes', '0'], /marey train --minutes.*>0.*"0".*marey help train/],
  [['train', '--minutes=-1'], /--minutes.*>0/],
  [['train', '--steps', '0'], /--steps.*>0/],
  [['train', '--steps', '2.5'], /--steps.*int/],
  [['train', '--network', 'resnet'], /--network.*"accurate"\|"fast".*"resnet"/],
  [['train', '--split', 'nonsense'], /random:0\.2, blocks:0\.2.*"nonsense"/],
  [['train', '--split', 'blocks:0'], /between 0 and 1.*"blocks:0"/],
  [['track', 'v.mp4', '--damaged', 'maybe'], /--damaged.*"skip"/],
  [['track', 'a/v.mp4', 'b/v.avi'], /called "v": one track would replace the other.*--out/],
  [['new', ''], /no name.*marey new \./],
])('%j says which option is wrong and what it takes', (argv, message) => {
  // The options are looked at first, whatever state the project is in.
  const made = marey(folder, ['new', 'p', '--keypoints', 'nose']);
  expect([0, 2]).toContain(made.code);
  const project = argv[0] === 'new' ? [] : ['--project', 'p'];
  expectClear(marey(folder, [...argv, ...project, '--json']), 'UsageError', message);
});
