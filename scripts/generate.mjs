// Makes src/engine/onnx/onnx_pb.ts from onnx.proto. The two tools are fetched for this call only: the file they make is
// committed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'vectorscope-generate-'));
try {
  const plan = join(folder, 'buf.gen.yaml');
  writeFileSync(
    plan,
    'version: v2\nplugins:\n  - local: protoc-gen-es\n    out: src/engine/onnx\n    opt: target=ts\n',
  );
  execFileSync(
    'npx',
    [
      '--yes',
      '-p',
      '@bufbuild/buf@1.75.0',
      '-p',
      '@bufbuild/protoc-gen-es@2.17.0',
      'buf',
      'generate',
      'src/engine/onnx',
      '--template',
      plan,
    ],
    { stdio: 'inherit' },
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
