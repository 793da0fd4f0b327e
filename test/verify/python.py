"""Runs scripts one after the other, each in a fork of this process, since importing torch and transformers takes longest.

The output of SCRIPT goes to SCRIPT.out, its errors to SCRIPT.err.
"""
import os
import runpy
import sys
import traceback

import gguf, numpy, safetensors, torch, transformers
from transformers import AutoModelForCausalLM
from transformers import modeling_gguf_pytorch_utils

torch.set_num_threads(1)
for path in sys.argv[1:]:
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
