import { beforeAll, beforeEach } from 'vitest';

interface Driven {
  close(): Promise<void>;
  failed(name: string): Promise<void>;
}

/** Opens what the tests drive, closes it after them, and takes a picture of it where one of them fails. */
export function driven(open: () => Promise<Driven>): void {
  let opened: Driven;
  beforeAll(async () => {
    opened = await open();
    return () => opened.close();
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => opened.failed(task.name)));
}
