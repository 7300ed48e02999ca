/** A thread of its own for components of posture, so that the page stays responsive. */
import { postureComponents } from '../../../measure/kinematics/posture-components.ts';
import { poseTrack } from '../../../signal/pose.ts';
import { irregularTime } from '../../../signal/time.ts';
import { toldError } from '../../../signal/told-error.ts';
import type { PostureAnswer, PostureReply, PostureRequest } from './posture-request.ts';

function answer(request: PostureRequest): PostureAnswer {
  const { keypoints, positions, times, components, ...frame } = request;
  const track = poseTrack({
    skeleton: { keypoints, edges: [], symmetries: [] },
    positions,
    time: irregularTime(times),
    provenance: { step: 'track' },
  });
  const found = postureComponents(track, { ...frame, components });
  const [frames, count] = found.scores.shape;
  const values = found.scores.contiguous();
  return {
    scores: Array.from({ length: count }, (_, c) =>
      Float32Array.from({ length: frames }, (_, t) => values[t * count + c]),
    ),
    explained: found.explained,
    keypoints: found.keypoints,
    completeFrames: found.completeFrames,
  };
}

addEventListener('message', ({ data }: MessageEvent<PostureRequest>) => {
  let reply: PostureReply;
  try {
    reply = answer(data);
  } catch (error) {
    reply = { error: toldError(error) };
  }
  const transfer = 'scores' in reply ? reply.scores.map(({ buffer }) => buffer) : [];
  postMessage(reply, { transfer });
});
