import assert from 'node:assert/strict';
import bytes from '../fixtures/families/qwen2.gguf';
import { activated, closeDocuments, inspect } from './inspecting';
import { openModel, untilFile, writeModel } from './support/modelFiles';

const tensor = 'token_embd.weight';

describe('a model file', () => {
  afterEach(closeDocuments);

  it('opens as a document, with a tensor and its geometry on request, beside the model in use', async () => {
    const api = await activated();
    await inspect('The capital of France is');
    const { model, text } = api.panelState();
    const document = await openModel(await writeModel('opened.gguf', bytes));
    const { file } = await untilFile(document, (state) => Boolean(state.file?.summary), 'its header is read');
    assert.equal(file?.summary?.architecture, 'qwen2');
    assert.equal(file?.contents?.damage, null);
    assert.ok(file?.contents?.metadata.some(({ key }) => key === 'tokenizer.ggml.tokens'));
    assert.ok(file?.contents?.tensors.some(({ name }) => name === tensor));

    const statistics = (name: string) => document.state.file?.statistics[name];
    document.receive({ type: 'measureTensor', name: tensor });
    await untilFile(document, () => statistics(tensor)?.kind === 'read', 'the tensor is measured');

    document.receive({ type: 'loadGeometry' });
    await untilFile(document, (state) => state.file?.geometry === 'loaded', 'its geometry is loaded');
    document.receive({ type: 'find', query: 'a' });
    const { found } = await untilFile(document, (state) => state.found !== null, 'a token is found');
    const id = found?.tokens[0]?.id;
    assert.notEqual(id, undefined);
    document.receive({ type: 'chooseToken', id });
    await untilFile(document, ({ neighbours }) => neighbours?.query.id === id, 'its neighbours are there');

    const after = api.panelState();
    assert.deepEqual([after.model, after.text, after.loaded], [model, text, true]);
    await closeDocuments();
    assert.deepEqual(api.modelFiles(), []);
  });

  it('that is damaged shows what it holds, and a sentence', async () => {
    const document = await openModel(await writeModel('damaged.gguf', bytes.subarray(0, bytes.length - 100)));
    const { file } = await untilFile(document, (state) => Boolean(state.file?.contents), 'its header is read');
    assert.match(file?.contents?.damage?.message ?? '', /ends before the end of/);
    assert.ok((file?.contents?.metadata.length ?? 0) > 0);
  });

  it('that is none says so', async () => {
    const document = await openModel(await writeModel('none.gguf', new TextEncoder().encode('These are no weights.')));
    const { file } = await untilFile(document, (state) => Boolean(state.file?.failure), 'it is refused');
    assert.match(file?.failure ?? '', /none\.gguf/);
  });
});
