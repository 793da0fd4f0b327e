/** Put before the code of the GPU's worker, these make the browser's own WebGPU fail. */
export const gpuFaults = {
  noAdapter: `GPU.prototype.requestAdapter = () => Promise.resolve(null)`,

  /** A kernel that is wrong: of everything that comes back from the GPU some numbers are others. */
  spoiled: `{
    const { getMappedRange } = GPUBuffer.prototype;
    GPUBuffer.prototype.getMappedRange = function (...place) {
      const range = getMappedRange.apply(this, place);
      if (this.usage & GPUBufferUsage.MAP_READ) {
        const numbers = new Float32Array(range, 0, range.byteLength >> 2);
        for (let i = 0; i < numbers.length; i += 3) numbers[i] = -numbers[i];
      }
      return range;
    };
  }`,

  /** The device is destroyed while it works, once \`lose\` was said on the channel \`faults\`. */
  lost: `{
    const { requestDevice } = GPUAdapter.prototype;
    const { submit } = GPUQueue.prototype;
    let device;
    let armed = false;
    GPUAdapter.prototype.requestDevice = async function (...options) { return device = await requestDevice.apply(this, options); };
    GPUQueue.prototype.submit = function (...commands) {
      submit.apply(this, commands);
      if (armed) device.destroy();
    };
    new BroadcastChannel('faults').onmessage = () => { armed = true; };
  }`,
} as const;
