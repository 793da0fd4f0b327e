# A text in models A and B: per token surprisals, angle of the h, KL(A || B), KL(B || A), change of the next one's p; likeliest.
sources = {{sources}}
ids, first, characters = {{ids}}, {{first}}, {{characters}}
{{words}}
found = []
for source in sources:
    {{model}}
    {{measures}}
    residuals, logits = run(ids)
    found.append((final(residuals[-1]), bits(logits)))
(h, p), (g, q) = found
cosine = (h * g).sum(-1) / length(h) / length(g) if h.shape == g.shape else np.full(len(ids), np.nan)
degrees = np.degrees(np.arccos(np.minimum(cosine, 1)))
kl = (2**p * (p - q)).sum(-1), (2**q * (q - p)).sum(-1)
own = [np.array([np.nan, *[-logs[i, ids[i + 1]] for i in range(len(ids) - 1)]]) for logs in (p, q)]
change = np.append(2 ** -own[1][1:] - 2 ** -own[0][1:], np.nan)
for i, (a, b) in enumerate(zip(p.argmax(-1), q.argmax(-1))):
    print("token", ids[i], own[0][i], own[1][i], degrees[i], kl[0][i], kl[1][i], change[i], text(ids[i]))
    print("likeliest", a, 2 ** p[i, a], b, 2 ** q[i, b], text(a), text(b))
kl, change, alike = kl[0][first - 1 : -1], change[first - 1 : -1], (p.argmax(-1) == q.argmax(-1))[first - 1 : -1]
print("sums", len(kl), kl.mean(), *np.quantile(kl, [0.9, 0.99, 1]), change.mean(), np.sqrt((change**2).mean()), alike.mean())
for bits in own: print("averages", bits[first:].sum() / characters, 2 ** bits[first:].mean())
