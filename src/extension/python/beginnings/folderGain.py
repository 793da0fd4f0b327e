names = [name for name in ("norm", "ln_f", "final_layer_norm", "final_layernorm") if hasattr(model.base_model, name)]
norm = getattr(model.base_model, names[0])
gain = norm.weight.detach().numpy() + ("Gemma" in type(norm).__name__)  # Gemma keeps the gain less 1.
