import { dataUri } from '../data-uri.ts';
import type { LabeledVideo } from '../data.ts';
import type { Figure } from '../figure.ts';
import { markup } from '../markup.ts';

/** The video with its predicted points, inside the page. */
export function labeledVideo(data: LabeledVideo): Figure {
  return {
    id: 'labeled-video',
    title: 'Labeled video',
    caption: data.caption,
    picture: markup`<video controls loop muted playsinline preload="metadata" width="${data.width}" height="${data.height}"${
      data.poster && markup` poster="${dataUri(data.poster)}"`
    } src="${dataUri(data)}">This reader cannot play video.</video>`,
    cautions: data.cautions ?? [],
    wide: true,
  };
}
