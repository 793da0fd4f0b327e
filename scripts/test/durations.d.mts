export interface Timed {
  readonly name: string;
  readonly milliseconds: number;
}
export interface Part {
  readonly name: string;
  readonly milliseconds: number;
  readonly passed: number;
  readonly failed: number;
  readonly times: readonly Timed[];
}
export declare function slowest(parts: readonly Part[], most?: number): readonly (Timed & { readonly part: string })[];
export declare function slowestLines(parts: readonly Part[]): readonly string[];
export declare function seconds(milliseconds: number): string;
export declare function keepDurations(file: string, milliseconds: number, parts: readonly Part[]): Promise<void>;
