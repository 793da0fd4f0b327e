import numpy as np, torch  # pip install numpy torch transformers
from transformers import AutoModelForCausalLM
model = AutoModelForCausalLM.from_pretrained(file, dtype=torch.float64)
E = model.get_input_embeddings().weight.detach().numpy()
U = model.get_output_embeddings().weight.detach().numpy()
if np.array_equal(E, U): U = E
