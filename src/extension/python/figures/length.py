# The prediction after a text with the residual and with h at other sizes: largest change of p; entropy, likeliest, nearest.
source = {{source}}
ids, scales = {{ids}}, {{scales}}
{{model}}
{{words}}
{{measures}}
cap = getattr(model.config, "final_logit_softcapping", None)
def logs(h):
    raw = out(torch.tensor(h)).numpy()
    return bits(cap * np.tanh(raw / cap) if cap else raw)
residual = run(ids)[0][-1, -1]
h, usual = final(residual), 2 ** logs(final(residual))
print("hidden", length(h))
for scale in scales:
    own, query = logs(h * scale), h * scale
    print("residual", scale, abs(2 ** logs(final(residual * scale)) - usual).max())
    print("h", scale, -(2**own * own).sum())
    dots = U @ query
    cosines = dots / np.maximum(length(U) * length(query), 1e-300)
    for name, values, sign in [("likeliest", 2**own, -1), ("euclidean", length(U - query), 1), ("dot", dots, -1), ("cosine", cosines, -1)]:
        for id in np.argsort(sign * values, kind="stable")[:10]: print(name, id, values[id], text(id))
