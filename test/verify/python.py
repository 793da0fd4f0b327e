"""Runs scripts one after the other, each in a fork of this process. What takes longest is done once, before the forks:
the imports, and reading the model, which every script that asks for it gets.

The output of SCRIPT goes to SCRIPT.out, its errors to SCRIPT.err.
"""
import ast
import os
import re
import runpy
import sys
import traceback

import gguf, numpy, safetensors, torch, transformers

torch.set_num_threads(1)
transformers.utils.logging.disable_progress_bar()
read, kept = transformers.AutoModelForCausalLM.from_pretrained, {}


def once(*path, **named):
    key = repr((path, named))
    if key not in kept:
        kept[key] = read(*path, **named)
    return kept[key]


transformers.AutoModelForCausalLM.from_pretrained = once
for path in sys.argv[1:]:
    with open(path) as script:
        source = re.search(r"^sources? = (.*)$", script.read(), re.M)
    for named in ast.literal_eval(f"[{source[1].strip('[]')}]") if source else []:
        if "gguf_file" in named:
            named["quantization_config"] = transformers.GgufConfig(dequantize=True)
        once(**named, dtype=torch.float64, attn_implementation="eager")
    child = os.fork()
    if child == 0:
        for number, ending in [(1, ".out"), (2, ".err")]:
            os.dup2(os.open(path + ending, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        try:
            runpy.run_path(path, run_name="__main__")
            status = 0
        except BaseException:
            traceback.print_exc()
            status = 1
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    os.waitpid(child, 0)
