"""For texts as lists of ids on standard input: the likeliest next token of each position, and its lead, in float64."""
import json
import sys

import numpy as np
from model import Model

model = Model(sys.argv[1])


def leads(ids):
    logits = model.run(ids).logits
    two = np.sort(logits)[:, -2:]
    return {"likeliest": logits.argmax(-1).tolist(), "leads": (two[:, 1] - two[:, 0]).tolist()}


json.dump([leads(ids) for ids in json.load(sys.stdin)], sys.stdout)
