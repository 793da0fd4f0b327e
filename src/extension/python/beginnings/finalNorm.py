def final(x):
    gain, shift = read("output_norm.weight"), read("output_norm.bias") if "output_norm.bias" in tensors else None
    key = "norm_rms_epsilon" if shift is None else "norm_epsilon"
    epsilon = next(field.contents() for name, field in GGUFReader(parts[0]).fields.items() if name.endswith(key))
    if shift is not None: x = x - x.mean(axis=1, keepdims=True)
    return gain * x / np.sqrt((x**2).mean(axis=1, keepdims=True) + epsilon) + (0 if shift is None else shift)
