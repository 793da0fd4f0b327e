from tokenizers import Tokenizer
words = Tokenizer.from_file({{file}} + "/tokenizer.json")
text = lambda id: repr(words.decode([int(id)], skip_special_tokens=False))
