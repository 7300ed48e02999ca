/** Bytes as an address that holds them: pictures and video travel inside the page. */
export function dataUri({ bytes, type }: { readonly bytes: Uint8Array; readonly type: string }): string {
  return `data:${type};base64,${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}`;
}
