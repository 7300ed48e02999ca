/** A namespace of the NWB schema language, as NWB files carry it: source name to JSON text. */
export interface Specification {
  readonly name: string;
  readonly version: string;
  readonly sources: Readonly<Record<string, string>>;
}
