import { TeamControl } from './control';
import type { CompiledKernels } from './kernels';
import { KernelMachine, barrier } from './machine';
import { perform, type KernelWork } from './work';

export type ToThread =
  | {
      readonly kind: 'start';
      readonly compiled: CompiledKernels;
      readonly control: ArrayBufferLike;
      readonly index: number;
      readonly threads: number;
    }
  | { readonly kind: 'memory'; readonly id: number; readonly memory: WebAssembly.Memory }
  | { readonly kind: 'program'; readonly memory: number; readonly id: number; readonly program: unknown }
  | { readonly kind: 'forgetProgram'; readonly memory: number; readonly id: number }
  | { readonly kind: 'forget'; readonly memory: number }
  /** `bytes`: the size of the memory. */
  | { readonly kind: 'work'; readonly memory: number; readonly bytes: number; readonly work: KernelWork };

/** Messages from a thread: that it has started, and the end of each work. */
export type FromThread = { readonly kind: 'ready' } | { readonly kind: 'done'; readonly failure: string | null };

export function serveThread(post: (message: FromThread) => void): (message: ToThread) => void {
  const machines = new Map<number, KernelMachine>();
  let start: (ToThread & { kind: 'start' }) | undefined;
  let control: TeamControl | undefined;
  const machine = (id: number): KernelMachine => {
    const known = machines.get(id);
    if (!known) throw new RangeError(`The thread has no memory ${id}.`);
    return known;
  };
  const work = (message: ToThread & { kind: 'work' }): void => {
    if (!start || !control) throw new RangeError('The thread was not started.');
    const { take, reportProgress } = {
      take: () => (control as TeamControl).take(),
      reportProgress: (progress: number) => void ((control as TeamControl).progress = progress),
    };
    const own = machine(message.memory);
    own.renew(message.bytes);
    for (const step of perform(own, message.work, {
      index: start.index,
      threads: start.threads,
      take,
      reportProgress,
    })) {
      if (step === barrier) control.wait();
    }
  };
  return (message) => {
    switch (message.kind) {
      case 'start':
        start = message;
        control = new TeamControl(message.threads, message.control);
        break;
      case 'memory':
        if (start) machines.set(message.id, new KernelMachine(start.compiled, message.memory));
        break;
      case 'program':
        machine(message.memory).programs.set(message.id, message.program);
        break;
      case 'forgetProgram':
        machines.get(message.memory)?.programs.delete(message.id);
        break;
      case 'forget':
        machines.delete(message.memory);
        break;
      case 'work':
        try {
          work(message);
          post({ kind: 'done', failure: null });
        } catch (error) {
          post({ kind: 'done', failure: String(error) });
        }
        break;
    }
  };
}
