sandwich = hasattr(layers[0], "pre_feedforward_layernorm")  # Gemma norms what its parts add.
attention = [layer.post_attention_layernorm if sandwich else kept(layer, "self_attn", "attn", "attention") for layer in layers]
forward = [layer.post_feedforward_layernorm if sandwich else layer.mlp for layer in layers]
