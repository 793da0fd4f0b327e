# A position layer by layer: its size, its angles to the token and to the prediction; what each part adds and pushes.
source = {{source}}
ids = {{ids}}
position, output = {{position}}, {{output}}
{{model}}
{{measures}}
{{angle}}
{{parts}}
added = {}
def keep(part, _, result): added[part] = (result[0] if isinstance(result, tuple) else result)[0, position].numpy()
for part in [*attention, *forward]: part.register_forward_hook(keep)
residuals, logits = run(ids)
r, token, predicted = residuals[:, position], E[ids[position]], U[logits[position].argmax()]
for layer, residual in enumerate(r):
    print("residual", layer, length(residual), angle(residual, token), angle(final(residual), predicted))
centre = lambda vector: vector - vector.mean() if isinstance(norm, torch.nn.LayerNorm) else vector
scale = 1 / np.sqrt(np.mean(centre(r[-1]) ** 2) + kept(norm, "variance_epsilon", "eps"))
gain = scale * (norm.weight.numpy() + ("Gemma" in type(norm).__name__))
for pair in zip(attention, forward):
    print("layer", *[length(added[part]) for part in pair], *[(gain * centre(added[part])) @ U[output] for part in pair])
