from gguf import GGUFReader
words = GGUFReader({{file}}).fields["tokenizer.ggml.tokens"].contents()
text = lambda id: repr(words[id].replace("▁", " "))
