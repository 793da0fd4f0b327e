/** What Ctrl+C needs of a process. */
export interface Interrupted {
  once(event: 'SIGINT', listener: () => void): unknown;
  readonly stderr: { write(text: string, written: () => void): unknown };
  exit(code: number): unknown;
}

/** As shells count an end by SIGINT. */
const interrupted = 130;

/** Ends a process at Ctrl+C, whatever it waits for. A second one ends it without the sentence. */
export function endOnInterrupt(process: Interrupted): void {
  process.once('SIGINT', () =>
    process.stderr.write('Stopped by Ctrl+C. What was printed is not complete.\n', () => process.exit(interrupted)),
  );
}
