attention = [one.post_attention_layernorm if hasattr(one, "post_feedforward_layernorm") else kept(one, "self_attn", "attn", "attention") for one in layers]
forward = [kept(layer, "post_feedforward_layernorm", "mlp") for layer in layers]  # Gemma norms what its parts add.
