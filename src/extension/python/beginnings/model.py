import numpy as np, torch, transformers  # pip install numpy torch transformers accelerate gguf
if "gguf_file" in source: source["quantization_config"] = transformers.GgufConfig(dequantize=True)  # Packed weights run in float32.
model = transformers.AutoModelForCausalLM.from_pretrained(**source, dtype=torch.float64, attn_implementation="eager").double().eval().requires_grad_(False)
torch.Tensor.float, torch.float32 = torch.Tensor.double, torch.float64  # Some layers would round to float32.
kept = lambda owner, *names: next(getattr(owner, name) for name in names if hasattr(owner, name))
body, out = model.base_model, model.get_output_embeddings()
layers, norm = kept(body, "h", "layers"), kept(body, "norm", "ln_f", "final_layer_norm", "final_layernorm")
E, U = model.get_input_embeddings().weight.numpy(), out.weight.numpy()
final = lambda residual: norm.forward(torch.tensor(residual)).numpy()  # Without hooks
def run(ids):  # Residuals [L + 1, n, d] before the final norm, and logits [n, V]
    seen = []
    see = lambda _, given, named: seen.append((given[0] if given else named["hidden_states"])[0])
    for part in [*layers, norm]: part.register_forward_pre_hook(see, with_kwargs=True)
    logits = model(torch.tensor([ids]), use_cache=False).logits[0].numpy()
    return torch.stack(seen).numpy(), logits
