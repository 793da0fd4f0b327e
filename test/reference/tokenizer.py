"""Byte-level BPE as SmolLM has it: every digit is a piece of its own, the rest is cut as in GPT-2."""
import re
import sys
import unicodedata
from itertools import groupby


def class_of(kind):
    """The characters of a general category such as L, as they stand inside the brackets of a regular expression."""
    codes = (code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)).startswith(kind))
    runs = (list(run) for _, run in groupby(enumerate(codes), lambda pair: pair[1] - pair[0]))
    return "".join(f"\\U{run[0][1]:08x}-\\U{run[-1][1]:08x}" for run in runs)


LETTERS, NUMBERS = class_of("L"), class_of("N")
DIGIT = re.compile(f"([{NUMBERS}])")
PIECE = re.compile(rf"'(?:s|t|re|ve|m|ll|d)| ?[{LETTERS}]+| ?[{NUMBERS}]+| ?[^\s{LETTERS}{NUMBERS}]+|\s+(?!\S)|\s+")
PRINTED = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
SPECIAL = 3  # LLAMA_TOKEN_TYPE_CONTROL
IMPLEMENTED = {
    "tokenizer.ggml.model": "gpt2",
    "tokenizer.ggml.pre": "smollm",
    "tokenizer.ggml.add_bos_token": False,
    "tokenizer.ggml.add_space_prefix": False,
}


def byte_alphabet():
    """A printable character for every byte: itself, or one from U+0100 on."""
    others = (byte for byte in range(256) if byte not in PRINTED)
    return {byte: chr(byte) for byte in PRINTED} | {byte: chr(0x100 + i) for i, byte in enumerate(others)}


ALPHABET = byte_alphabet()


class Tokenizer:
    def __init__(self, tokens, merges, types):
        self.ids = {token: id for id, token in enumerate(tokens)}
        self.ranks = {tuple(merge.split(" ", 1)): rank for rank, merge in enumerate(merges)}
        special = [token for token, type in zip(tokens, types) if type == SPECIAL]
        self.special = re.compile("(" + "|".join(map(re.escape, sorted(special, key=len, reverse=True))) + ")")

    def ids_of(self, text):
        """Ids of a text. A special token that is spelled in it is that token."""
        parts = self.special.split(text)  # every second one is a special token
        return [id for i, part in enumerate(parts) for id in ([self.ids[part]] if i % 2 else self.plain_ids_of(part))]

    def plain_ids_of(self, text):
        pieces = (piece for part in DIGIT.split(text) for piece in PIECE.findall(part))
        return [self.ids[token] for piece in pieces for token in self.merged(piece)]

    def merged(self, piece):
        parts = [ALPHABET[byte] for byte in piece.encode()]
        while len(parts) > 1:
            ranks = [self.ranks.get(pair, len(self.ranks)) for pair in zip(parts, parts[1:])]
            first = min(range(len(ranks)), key=ranks.__getitem__)
            if ranks[first] == len(self.ranks):
                break
            parts[first : first + 2] = ["".join(parts[first : first + 2])]
        return parts

    @staticmethod
    def bytes_of(token):
        back = {character: byte for byte, character in ALPHABET.items()}
        return bytes(back[character] for character in token)
