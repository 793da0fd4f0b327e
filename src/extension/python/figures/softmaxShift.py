# One vector added to every output row, drawn anew with the panel's generator and seed: the largest change of four figures.
source = {{source}}
ids, size, seed = {{ids}}, {{size}}, {{seed}}
{{model}}
{{draws}}
drawn = np.fromiter(normals(), float, U.shape[1])
h, bias = final(run(ids)[0][-1, -1]), 0 if out.bias is None else out.bias.numpy()
cap = getattr(model.config, "final_logit_softcapping", None)
rows = ((np.arange(2000) + 0.5) * len(U) // 2000).astype(int) if len(U) > 2000 else np.arange(len(U))
found = []
for matrix in (U, U + size * drawn / np.linalg.norm(drawn)):
    raw, sizes, a, b = matrix @ h + bias, np.linalg.norm(matrix, axis=1), matrix[rows[:-1]], matrix[rows[1:]]
    p = torch.softmax(torch.tensor(cap * np.tanh(raw / cap) if cap else raw), -1).numpy()
    cosine = (a * b).sum(-1) / np.maximum(sizes[rows[:-1]] * sizes[rows[1:]], 1e-300)
    found.append((p, sizes, np.linalg.norm(a - b, axis=1), cosine))
for name, before, after in zip(["probability", "size", "distance", "cosine"], *found): print(name, abs(after - before).max())
