from transformers import AutoTokenizer
words = AutoTokenizer.from_pretrained({{file}})
text = lambda id: repr(words.decode([int(id)]))
