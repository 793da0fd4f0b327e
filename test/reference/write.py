"""Writes the fixtures of the default model anew: python write.py MODEL FIXTURES. Takes some minutes and 3 GB."""
import json
import pathlib
import re
import sys

import numpy as np
from geometry import angle, first, neighbours, percentile, round_trip_misses, size
from model import Model, log_softmax, softmax
from sampler import samplers
from tokenizer import SPECIAL, Tokenizer

model_path, fixtures = map(pathlib.Path, sys.argv[1:3])
inputs = json.loads((pathlib.Path(__file__).parent / "inputs.json").read_text())
model = Model(model_path)
tokenizer = Tokenizer(model.tokens, model.merges, model.token_types)
tokens, rows = model.tokens, model.output_rows
sizes, mean_row = size(rows), rows.mean(0)
bits = np.log(2)


def vocabulary():
    extremes = lambda ids: [[id, tokens[id], sizes[id]] for id in ids.tolist()]
    return {
        "size": len(rows),
        "dimensions": rows.shape[1],
        "norm": {
            "min": sizes.min(),
            "max": sizes.max(),
            "mean": sizes.mean(),
            "percentiles 1,5,25,50,75,95,99": np.percentile(sizes, [1, 5, 25, 50, 75, 95, 99]),
        },
        "mean vector norm": size(mean_row),
        "largest": extremes(first(-sizes, 10)),
        "smallest": extremes(first(sizes, 10)),
        "round trip misses": {
            "raw: e_t against W": round_trip_misses(model.rows, rows),
            "model path with no layers: norm(e_t)*gain against W": round_trip_misses(model.final_norm(model.rows), rows),
            "centred: e_t-mean against W-mean": round_trip_misses(model.rows - mean_row, rows - mean_row),
        },
    }


def tokenised(text):
    ids = tokenizer.ids_of(text)
    plain = tokenizer.plain_ids_of(text)
    return {"text": text, "ids": ids, "tokens": [tokens[id] for id in ids], "ids with special tokens as plain text": plain}


def token(text):
    (id,) = tokenizer.ids_of(text)
    return {
        "text": text,
        "id": id,
        "norm": sizes[id],
        "norm percentile": percentile(sizes, sizes[id]),
        "neighbours": neighbours(rows[id], rows, tokens),
        "neighbours centred": neighbours(rows[id] - mean_row, rows - mean_row, tokens),
    }


def likeliest(probabilities, number=3):
    return [[id, tokens[id], probabilities[id]] for id in first(-probabilities, number).tolist()]


def run(text):
    ids = tokenizer.ids_of(text)
    ran = model.run(ids)
    logged = log_softmax(ran.logits)
    probabilities = np.exp(logged)
    predicted = rows[ran.logits.argmax(-1)]
    hidden, logits = ran.hidden[-1], ran.logits[-1]
    top = lambda id: {
        "id": id,
        "token": tokens[id],
        "logit": logits[id],
        "probability": probabilities[-1, id],
        "size": sizes[id],
        "cosine": logits[id] / (size(hidden) * sizes[id]),
    }
    numbers = {
        "text": text,
        "ids": ids,
        "residual norm [layer][position]": [size(r) for r in ran.residuals],
        "angle residual to own input vector, degrees [layer][position]": [angle(r, model.rows[ids]) for r in ran.residuals],
        "angle norm(residual) to predicted output vector, degrees [layer][position]": [
            angle(model.final_norm(r), predicted) for r in ran.residuals
        ],
        "attention output norm [layer][position]": [size(part) for part in ran.attention],
        "feed-forward output norm [layer][position]": [size(part) for part in ran.feed_forward],
        "final hidden norm [position]": size(ran.hidden),
        "final hidden vector, last position": hidden,
        "entropy bits [position]": -(probabilities * logged).sum(-1) / bits,
        "surprisal bits of the next token [position 1..]": [-logged[i, id] / bits for i, id in enumerate(ids[1:])],
        "top 20, last position": [top(id) for id in first(-logits, 20).tolist()],
        "top 3 [position]": [likeliest(p) for p in probabilities],
        "nearest output vectors to the final hidden vector, last position": neighbours(hidden, rows, tokens),
    }
    if text in inputs["runs with a lens"]:
        lens = [softmax(model.final_norm(r) @ rows.T) for r in ran.residuals]
        numbers["lens top 3 [layer][position]"] = [[likeliest(p) for p in layer] for layer in lens]
    return numbers


def reference():
    return {
        "model": model_path.name,
        "vocabulary": vocabulary(),
        "tokenised": [tokenised(text) for text in inputs["tokenised"]],
        "tokens": [token(text) for text in inputs["tokens"]],
        "runs": [run(text) for text in inputs["runs"]],
    }


def prompts():
    """Prefixes of the text with the given numbers of tokens."""
    text = inputs["prompts"]["text"]
    ids = tokenizer.ids_of(text)
    begun = lambda length: b"".join(tokenizer.bytes_of(tokens[id]) for id in ids[:length]).decode()
    return {str(length): {"text": begun(length), "ids": ids[:length]} for length in inputs["prompts"]["lengths"]}


def described(id):
    """A token as the engine describes it."""
    spelled = tokenizer.bytes_of(tokens[id])
    special = model.token_types[id] == SPECIAL
    return {
        "id": id,
        "text": spelled.decode(),
        "bytes": list(spelled),
        "special": special,
        "size": sizes[id],
        "percentile": percentile(sizes, sizes[id]),
    }


def sink(ran, position):
    """The layer where a residual is largest beside the median of the other positions."""
    here = np.array([size(r[position]) for r in ran.residuals])
    others = np.array([np.median(np.delete(size(r), position)) for r in ran.residuals])
    layer = int(np.argmax(here / others))
    return {"layer": layer, "here": here[layer], "others": others[layer]}


def journey(ids, ran, position):
    at = lambda parts: [part[position] for part in parts]
    residuals, attention, fed = at(ran.residuals), at(ran.attention), at(ran.feed_forward)
    predicted = int(ran.logits[position].argmax())
    follows = ids[position + 1] if position + 1 < len(ids) else None
    angles_to = lambda id: [angle(model.final_norm(r), rows[id]) for r in residuals]

    def push(row):
        """What every part adds to the logit of a row, by the denominator of the final norm for the whole residual."""
        scale = np.sqrt((residuals[-1] ** 2).mean() + model.epsilon)
        of = lambda part: (row * model.final_gain) @ part / scale
        return {"input": of(residuals[0]), "attention": list(map(of, attention)), "feedForward": list(map(of, fed)), "bias": 0}

    return {
        "position": position,
        "input": described(ids[position]),
        "predicted": described(predicted),
        "next": None if follows is None else described(follows),
        "residualSize": [size(r) for r in residuals],
        "angleToInput": [angle(r, model.rows[ids[position]]) for r in residuals],
        "angleToPredicted": angles_to(predicted),
        "angleToNext": None if follows is None else angles_to(follows),
        "attentionSize": [size(part) for part in attention],
        "feedForwardSize": [size(part) for part in fed],
        "partsAngle": [angle(a, f) for a, f in zip(attention, fed)],
        "output": described(predicted),
        "pair": None,
        "logit": ran.logits[position, predicted],
        "push": push(rows[predicted]),
        "meanPush": push(mean_row),
        "sink": sink(ran, position),
        "inputDeviation": size(residuals[0] - model.rows[ids[position]]),
        "learned": None,
    }


def journeys():
    asked = inputs["journeys"]
    ids = tokenizer.ids_of(asked["text"])
    ran = model.run(ids)
    likeliest_at = lambda position: [int((model.final_norm(r[position]) @ rows.T).argmax()) for r in ran.residuals]
    return {name: journey(ids, ran, position) for name, position in asked["positions"].items()} | {
        "likeliest": {name: likeliest_at(asked["positions"][name]) for name in asked["likeliest"]},
        "residualSize": [size(r) for r in ran.residuals],
    }


def rounded(value, to):
    """The same in lists and numbers of Python, each fraction rounded."""
    if isinstance(value, dict):
        return {key: rounded(item, to) for key, item in value.items()}
    if isinstance(value, list) or np.ndim(value):
        return [rounded(item, to) for item in value]
    return to(value.item() if isinstance(value, np.generic) else value)


def compare(fresh, committed):
    """The largest difference of two fractions, also relative to those above 1, and how many other values differ."""
    if isinstance(committed, dict) and isinstance(fresh, dict) and fresh.keys() == committed.keys():
        pairs = [(fresh[key], committed[key]) for key in fresh]
    elif isinstance(committed, list) and isinstance(fresh, list) and len(fresh) == len(committed):
        pairs = list(zip(fresh, committed))
    elif isinstance(fresh, float) and isinstance(committed, (int, float)):
        apart = abs(fresh - committed)
        return apart, apart / max(1, abs(committed)), 0
    else:
        return 0, 0, int(fresh != committed)
    each = [compare(*pair) for pair in pairs] or [(0, 0, 0)]
    return max(e[0] for e in each), max(e[1] for e in each), sum(e[2] for e in each)


def nine_digits(value):
    return float(f"{value:.9g}") if isinstance(value, float) else value


def on_lines(value):
    """An entry of a dictionary a line, and a list of numbers on one."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda match: "[" + re.sub(r",\s+", ", ", match[1]) + "]", text) + "\n"


def in_a_line(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write(name, compute, written):
    file = fixtures / f"{name}.json"
    exact = rounded(compute(), lambda value: value)
    absolute, relative, others = compare(exact, json.loads(file.read_text()))
    file.write_text(written(rounded(exact, nine_digits)))
    print(f"{file.name}: at most {absolute:.1e} apart, relatively {relative:.1e}; {others} texts, ids or counts differ", flush=True)


write("prompts", prompts, on_lines)
write("journeys", journeys, on_lines)
write("reference", reference, in_a_line)
write("samplers", samplers, in_a_line)
