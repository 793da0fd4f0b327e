"""Ids of texts under tokenizer.json files in Hugging Face's tokenizers, and under OpenAI's encodings in tiktoken: JSON
from standard input to standard output.

`ranks` are js-tiktoken's lines of each encoding. As a file they must have the digest that tiktoken expects.
"""
import base64
import hashlib
import json
import sys

import tiktoken
import tiktoken_ext.openai_public
from tokenizers import Tokenizer

given = json.load(sys.stdin)
texts = given["texts"]


def published(address, expected_hash):
    ranks = {}
    for line in given["ranks"][address.split("/")[-1].removesuffix(".tiktoken")].splitlines():
        _, first, *tokens = line.split(" ")
        ranks |= {base64.b64decode(token): rank for rank, token in enumerate(tokens, int(first))}
    file = b"".join(b"%b %d\n" % (base64.b64encode(token), rank) for token, rank in ranks.items())
    if hashlib.sha256(file).hexdigest() != expected_hash:
        sys.exit(f"These are other ranks than those of {address}.")
    return ranks


tiktoken_ext.openai_public.load_tiktoken_bpe = published
ids = {}
for name, path in given["paths"].items():
    encoded = Tokenizer.from_file(path).encode_batch(texts, add_special_tokens=False)
    ids[name] = [encoding.ids for encoding in encoded]
for name in given["ranks"]:
    ids[name] = tiktoken.get_encoding(name).encode_ordinary_batch(texts)
json.dump(ids, sys.stdout)
