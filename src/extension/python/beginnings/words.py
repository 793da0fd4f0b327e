from gguf import GGUFReader  # pip install gguf
from gguf import vocab
words, byte = GGUFReader({{file}}).fields["tokenizer.ggml.tokens"].contents(), {c: b for b, c in vocab.bytes_to_unicode().items()}
text = lambda id: repr(b"".join(bytes([byte[c]]) if c in byte else c.encode() for c in words[id]).decode(errors="replace"))
