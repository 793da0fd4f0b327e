from gguf import GGUFReader  # pip install gguf
words = GGUFReader({{file}}).fields["tokenizer.ggml.tokens"].contents()
text = lambda id: repr(words[id].replace("▁", " "))
