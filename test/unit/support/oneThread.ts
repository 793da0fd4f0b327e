import { platform } from '../../../src/engine/platform/node/platform';

// Files of tests run beside each other and keep the cores busy. Threads would only wait for a core then, and a small
// model takes longer to start them than to run. Tests of threads say how many they want.
platform.threads = () => 1;
