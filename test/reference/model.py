"""The layers of a Llama in float64, with rows of positions: x has the shape [position, dimension]."""
import re
from dataclasses import dataclass

import numpy as np
import tokenizer
from gguf import GGUFReader, dequantize

IMPLEMENTED = {"general.architecture": "llama"} | tokenizer.IMPLEMENTED
HYPERPARAMETERS = re.compile(
    r"llama\.((block_count|context_length|embedding_length|feed_forward_length|vocab_size)"
    r"|attention\.(head_count|head_count_kv|layer_norm_rms_epsilon)|rope\.(freq_base|dimension_count))"
)
WEIGHTS = re.compile(
    r"(token_embd|output|output_norm|blk\.\d+\.(attn_norm|attn_[qkv]|attn_output|ffn_norm|ffn_gate|ffn_up|ffn_down))\.weight"
)


@dataclass
class Run:
    """Everything that a text leaves inside the model. Lists have an entry a layer; `residuals` have one more."""

    residuals: list  # r_0 … r_L, before the final norm
    attention: list  # outputs that are added to the residual
    feed_forward: list
    hidden: np.ndarray  # h, after the final norm
    logits: np.ndarray


class Model:
    def __init__(self, path):
        reader = GGUFReader(path)
        refuse_others(reader)
        field = lambda key: reader.fields[key].contents()
        hyperparameter = lambda key: field(f"llama.{key}")
        # Quantised weights are float32 by definition: from here on they are taken for exact.
        self.weights = {t.name: dequantize(t.data, t.tensor_type).astype(np.float64) for t in reader.tensors}
        self.layers = hyperparameter("block_count")
        self.heads = hyperparameter("attention.head_count")
        self.key_heads = hyperparameter("attention.head_count_kv")
        self.epsilon = hyperparameter("attention.layer_norm_rms_epsilon")
        self.rotary_base = hyperparameter("rope.freq_base")
        self.tokens = field("tokenizer.ggml.tokens")
        self.merges = field("tokenizer.ggml.merges")
        self.token_types = field("tokenizer.ggml.token_type")
        self.rows = self.weights["token_embd.weight"]
        self.output_rows = self.weights.get("output.weight", self.rows)
        self.final_gain = self.weights["output_norm.weight"]

    def normed(self, x, gain=1.0):
        """x of mean square 1, times the gain."""
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + self.epsilon) * gain

    def final_norm(self, x):
        return self.normed(x, self.final_gain)

    def run(self, ids):
        x = self.rows[ids]
        run = Run([x], [], [], x, x)
        for layer in range(self.layers):
            weight = lambda name: self.weights[f"blk.{layer}.{name}.weight"]
            run.attention.append(self.attention(self.normed(x, weight("attn_norm")), weight))
            x = x + run.attention[-1]
            run.feed_forward.append(feed_forward(self.normed(x, weight("ffn_norm")), weight))
            x = x + run.feed_forward[-1]
            run.residuals.append(x)
        run.hidden = self.final_norm(x)
        run.logits = run.hidden @ self.output_rows.T
        return run

    def attention(self, x, weight):
        count = len(x)
        by_head = lambda name, heads: (x @ weight(name).T).reshape(count, heads, -1).swapaxes(0, 1)
        queries = self.turned(by_head("attn_q", self.heads))
        keys = self.turned(by_head("attn_k", self.key_heads))
        shared = self.heads // self.key_heads
        keys, values = (np.repeat(part, shared, axis=0) for part in (keys, by_head("attn_v", self.key_heads)))
        scores = queries @ keys.swapaxes(1, 2) / np.sqrt(queries.shape[-1])
        scores[:, np.triu(np.ones((count, count), bool), 1)] = -np.inf  # no position reads a later one
        mixed = softmax(scores) @ values
        return mixed.swapaxes(0, 1).reshape(count, -1) @ weight("attn_output").T

    def turned(self, vectors):
        """Rotary positions. llama.cpp stores the two numbers of a pair beside each other: [head, position, 2 × pair]."""
        _, count, width = vectors.shape
        frequencies = self.rotary_base ** (-np.arange(0, width, 2) / width)
        angles = np.arange(count)[:, None] * frequencies
        turned = (vectors[..., 0::2] + 1j * vectors[..., 1::2]) * np.exp(1j * angles)
        return np.stack([turned.real, turned.imag], axis=-1).reshape(vectors.shape)


def refuse_others(reader):
    """Ends the program at what would be left out of the numbers: another key of the architecture, another weight."""
    header = {key: field.contents() for key, field in reader.fields.items() if key in IMPLEMENTED or key.startswith("llama.")}
    header |= {key: None for key in IMPLEMENTED if key not in header}
    width = header.get("llama.embedding_length", 0) // header.get("llama.attention.head_count", 1)
    expected = IMPLEMENTED | {"llama.rope.dimension_count": width}
    known = lambda key: key in IMPLEMENTED or HYPERPARAMETERS.fullmatch(key)
    others = [(key, value) for key, value in header.items() if not known(key) or value != expected.get(key, value)]
    others += [(t.name, f"of shape {t.shape.tolist()}") for t in reader.tensors if not WEIGHTS.fullmatch(t.name)]
    if others:
        raise SystemExit("test/reference does not implement {} {}. Write it there.".format(*others[0]))


def feed_forward(x, weight):
    gate = x @ weight("ffn_gate").T
    return (gate / (1 + np.exp(-gate)) * (x @ weight("ffn_up").T)) @ weight("ffn_down").T


def log_softmax(x):
    shifted = x - x.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


def softmax(x):
    return np.exp(log_softmax(x))
