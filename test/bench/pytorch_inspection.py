"""The inspection in PyTorch float32, what a user would write in a notebook instead: the yardstick of `npm run bench -- pytorch`.

    pip install torch transformers accelerate gguf numpy
    python pytorch_inspection.py MODEL.gguf PROMPTS.json THREADS

Speaks one JSON object a line. First, once the model is loaded: seconds to import and to load. Then for every line of standard
input that names a prompt: milliseconds of one whole inspection and the peak memory in MiB.

A whole inspection is one forward pass with all hidden states, the top 20 and the entropy at every position, and the ten nearest
tokens of every token by Euclidean distance, dot product and cosine over the whole vocabulary.
"""
import json
import os
import sys
import time

started = time.perf_counter()
model_path, prompts_path, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
os.environ.update(OMP_NUM_THREADS=str(threads), HF_HUB_OFFLINE='1', TRANSFORMERS_VERBOSITY='error')

import resource

import torch
import transformers

transformers.utils.logging.disable_progress_bar()
torch.set_num_threads(threads)
imported = time.perf_counter()

folder, name = os.path.split(os.path.abspath(model_path))
transformers.AutoTokenizer.from_pretrained(folder, gguf_file=name)
model = transformers.AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.float32).eval()
matrix = model.get_input_embeddings().weight.detach()
squares = (matrix * matrix).sum(1)
inverse = squares.clamp_min(1e-30).rsqrt()
loaded = time.perf_counter()


def say(**values):
    print(json.dumps(values), flush=True)


def inspect(ids):
    out = model(ids[None], output_hidden_states=True, use_cache=False)
    logits = out.logits[0]
    log_p = logits.log_softmax(-1)
    entropy = -(log_p.exp() * log_p).sum(-1)
    top = logits.topk(20)
    dots = matrix[ids] @ matrix.T
    nearest = [
        (squares + squares[ids][:, None] - 2 * dots).topk(10, largest=False),
        dots.topk(10),
        (dots * inverse * inverse[ids][:, None]).topk(10),
    ]
    return out.hidden_states, top, entropy, nearest


prompts = {key: torch.tensor(prompt['ids']) for key, prompt in json.load(open(prompts_path)).items()}
with torch.inference_mode():
    inspect(prompts['16'])
    first = time.perf_counter()
    say(version=f'torch {torch.__version__}, transformers {transformers.__version__}', importSeconds=imported - started, loadSeconds=loaded - imported, firstSeconds=first - loaded)
    for line in sys.stdin:
        ids = prompts[line.strip()]
        start = time.perf_counter()
        inspect(ids)
        milliseconds = 1000 * (time.perf_counter() - start)
        say(milliseconds=milliseconds, peakMiB=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
