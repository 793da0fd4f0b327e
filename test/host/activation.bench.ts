import { place } from '#place';
import { activated, extension } from './inspecting';
import { print } from './support/results';

// Files run in the order of their names, so that nothing has activated the extension before.
it('activation', async () => {
  const start = performance.now();
  const reading = await place.readCode(extension());
  const { activation } = await activated();
  const whole = performance.now() - start;
  print(
    `activation: code read in ${reading.toFixed(1)} ms, activated in ${activation.toFixed(1)} ms; ${whole.toFixed(0)} ms with the editor's own part`,
  );
});
