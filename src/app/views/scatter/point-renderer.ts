/**
 * Draws points with WebGL 2: places in one buffer, the color of each as its position in a palette, some of them emphasized. One
 * program, two draws at most. Owns what it made on the graphics card until `dispose`; a lost context is made anew.
 */
import { rgbOf } from '../../core/palette.ts';

const vertexSource = `#version 300 es
layout(location = 0) in vec2 place;
layout(location = 1) in uint entry;
uniform vec2 scale;
uniform vec2 offset;
uniform float size;
uniform float alpha;
uniform sampler2D palette;
flat out vec4 color;
void main() {
  gl_Position = vec4(place * scale + offset, 0.0, 1.0);
  gl_PointSize = size;
  color = vec4(texelFetch(palette, ivec2(int(entry), 0), 0).rgb * alpha, alpha);
}`;

const fragmentSource = `#version 300 es
precision highp float;
flat in vec4 color;
uniform float size;
out vec4 shown;
void main() {
  vec2 from = (gl_PointCoord - 0.5) * size;
  float edge = size < 3.0 ? 1.0 : clamp(0.5 * size + 0.5 - length(from), 0.0, 1.0);
  if (edge <= 0.0) discard;
  shown = color * edge;
}`;

export interface PointLook {
  /** What is seen, in the places' own units. */
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
  /** Device px across a point. */
  readonly size: number;
  /** From 0 to 1, of points that are not emphasized. */
  readonly alpha: number;
  /** How many of the points, from the first on. */
  readonly count: number;
}

interface Made {
  readonly program: WebGLProgram;
  readonly uniforms: Readonly<Record<'scale' | 'offset' | 'size' | 'alpha', WebGLUniformLocation | null>>;
  readonly vertices: WebGLVertexArrayObject;
  readonly places: WebGLBuffer;
  readonly entries: WebGLBuffer;
  readonly emphasis: WebGLBuffer;
  readonly palette: WebGLTexture;
}

export class PointRenderer {
  readonly #gl: WebGL2RenderingContext;
  readonly #ending = new AbortController();
  #made: Made;
  #places: Float32Array = new Float32Array(0);
  #entries: Uint8Array = new Uint8Array(0);
  #colors: readonly string[] = ['#808080'];
  /** Undefined: all are alike. */
  #emphasized: Uint32Array | undefined;

  /** Undefined where the browser or the machine has no WebGL 2. `restored` is called when a lost context is back. */
  static on(canvas: HTMLCanvasElement, restored: () => void): PointRenderer | undefined {
    const gl = canvas.getContext('webgl2', { antialias: false, depth: false, premultipliedAlpha: true });
    return gl ? new PointRenderer(gl, canvas, restored) : undefined;
  }

  private constructor(gl: WebGL2RenderingContext, canvas: HTMLCanvasElement, restored: () => void) {
    this.#gl = gl;
    this.#made = make(gl);
    const { signal } = this.#ending;
    canvas.addEventListener('webglcontextlost', (event) => event.preventDefault(), { signal });
    canvas.addEventListener(
      'webglcontextrestored',
      () => {
        this.#made = make(gl);
        this.setPoints(this.#places);
        this.setColors(this.#entries, this.#colors);
        this.emphasize(this.#emphasized);
        restored();
      },
      { signal },
    );
  }

  /** @param places x and y of each point. Their colors must be set anew. */
  setPoints(places: Float32Array): void {
    this.#places = places;
    this.#fill(this.#gl.ARRAY_BUFFER, this.#made.places, places);
    this.#entries = new Uint8Array(places.length / 2);
    this.#fill(this.#gl.ARRAY_BUFFER, this.#made.entries, this.#entries);
  }

  /** @param entries of each point, its position among `colors` (CSS, at most 256). */
  setColors(entries: Uint8Array, colors: readonly string[]): void {
    const gl = this.#gl;
    this.#entries = entries;
    this.#colors = colors;
    this.#fill(gl.ARRAY_BUFFER, this.#made.entries, entries);
    const texels = new Uint8Array(4 * 256);
    colors.forEach((color, i) => texels.set([...rgbOf(color), 255], 4 * i));
    gl.bindTexture(gl.TEXTURE_2D, this.#made.palette);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, texels);
  }

  /** These points are drawn again over the others, larger; undefined makes all alike. */
  emphasize(points: Uint32Array | undefined): void {
    this.#emphasized = points;
    if (points) this.#fill(this.#gl.ELEMENT_ARRAY_BUFFER, this.#made.emphasis, points);
  }

  draw({ left, right, bottom, top, size, alpha, count }: PointLook): void {
    const gl = this.#gl;
    const { program, uniforms, vertices, palette } = this.#made;
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (this.#places.length === 0) return;
    gl.useProgram(program);
    gl.bindVertexArray(vertices);
    gl.bindTexture(gl.TEXTURE_2D, palette);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    const [scaleX, scaleY] = [2 / (right - left), 2 / (top - bottom)];
    gl.uniform2f(uniforms.scale, scaleX, scaleY);
    gl.uniform2f(uniforms.offset, -1 - left * scaleX, -1 - bottom * scaleY);
    gl.uniform1f(uniforms.size, size);
    gl.uniform1f(uniforms.alpha, this.#emphasized ? alpha * 0.25 : alpha);
    gl.drawArrays(gl.POINTS, 0, Math.min(count, this.#places.length / 2));
    if (this.#emphasized && this.#emphasized.length > 0) {
      gl.uniform1f(uniforms.size, Math.max(size + 1, 1.3 * size));
      gl.uniform1f(uniforms.alpha, 1);
      gl.drawElements(gl.POINTS, Math.min(count, this.#emphasized.length), gl.UNSIGNED_INT, 0);
    }
    gl.bindVertexArray(null);
  }

  dispose(): void {
    this.#ending.abort();
    const gl = this.#gl;
    const { program, vertices, places, entries, emphasis, palette } = this.#made;
    gl.deleteProgram(program);
    gl.deleteVertexArray(vertices);
    for (const buffer of [places, entries, emphasis]) gl.deleteBuffer(buffer);
    gl.deleteTexture(palette);
  }

  #fill(target: number, buffer: WebGLBuffer, values: ArrayBufferView<ArrayBufferLike>): void {
    const gl = this.#gl;
    // The vertex array holds which element buffer it uses.
    gl.bindVertexArray(this.#made.vertices);
    gl.bindBuffer(target, buffer);
    gl.bufferData(target, values as ArrayBufferView<ArrayBuffer>, gl.STATIC_DRAW);
    gl.bindVertexArray(null);
  }
}

function make(gl: WebGL2RenderingContext): Made {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertexSource],
    [gl.FRAGMENT_SHADER, fragmentSource],
  ] as const) {
    const shader = gl.createShader(kind)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost())
    throw new Error(`The points cannot be drawn: ${gl.getProgramInfoLog(program)}`);
  const vertices = gl.createVertexArray();
  const [places, entries, emphasis] = [gl.createBuffer(), gl.createBuffer(), gl.createBuffer()];
  gl.bindVertexArray(vertices);
  gl.bindBuffer(gl.ARRAY_BUFFER, places);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  gl.bindBuffer(gl.ARRAY_BUFFER, entries);
  gl.enableVertexAttribArray(1);
  gl.vertexAttribIPointer(1, 1, gl.UNSIGNED_BYTE, 0, 0);
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, emphasis);
  gl.bindVertexArray(null);
  const palette = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, palette);
  for (const [name, value] of [
    [gl.TEXTURE_MIN_FILTER, gl.NEAREST],
    [gl.TEXTURE_MAG_FILTER, gl.NEAREST],
    [gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE],
    [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE],
  ])
    gl.texParameteri(gl.TEXTURE_2D, name, value);
  const at = (name: string): WebGLUniformLocation | null => gl.getUniformLocation(program, name);
  const uniforms = { scale: at('scale'), offset: at('offset'), size: at('size'), alpha: at('alpha') };
  return { program, uniforms, vertices, places, entries, emphasis, palette };
}
