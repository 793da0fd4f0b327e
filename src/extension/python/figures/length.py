# The prediction after a text with the residual and with h at other sizes: largest change of p; entropy, likeliest, nearest.
source = {{source}}
ids, scales = {{ids}}, {{scales}}
{{model}}
{{words}}
{{measures}}
cap = getattr(model.config, "final_logit_softcapping", None)
def predict(h):
    raw = out(torch.tensor(h)).numpy()
    return raw, bits(cap * np.tanh(raw / cap) if cap else raw)
residual = run(ids)[0][-1, -1]
h, usual = final(residual), 2 ** predict(final(residual))[1]
print("hidden", length(h))
for scale in scales:
    query, distances = h * scale, length(U - h * scale)
    raw, logs = predict(query)
    print("residual", scale, abs(2 ** predict(final(residual * scale))[1] - usual).max())
    print("h", scale, -(2**logs * logs).sum())
    dots = U @ query
    cosines = dots / np.maximum(length(U) * length(query), 1e-300)
    for name, order, values in [("likeliest", -raw, 2**logs), ("euclidean", distances, distances), ("dot", -dots, dots), ("cosine", -cosines, cosines)]:
        for id in np.argsort(order, kind="stable")[:10]: print(name, id, values[id], text(id))
