# The predictions of A and B after a position: size of h, entropy, KL to the other; then tokens, and what changes each logit.
sources = {{sources}}
ids, position, tokens = {{ids}}, {{position}}, {{tokens}}
{{words}}
found = []
for source in sources:
    {{model}}
    {{measures}}
    residuals, logits = run(ids)
    h, u, logs = final(residuals[-1, position]), length(U[tokens]), bits(logits[position])
    raw = out(torch.tensor(h)).numpy()
    ranks = [np.sum(raw > one) + 1 for one in raw[tokens]]
    found.append((h, logs, 2 ** logs[tokens], ranks, raw[tokens], u, U[tokens] @ h / u / length(h)))
(h, g), (p, q), *pairs = zip(*found)
for vector, logs, other in [(h, p, q), (g, q, p)]:
    print("prediction", length(vector), -(2**logs * logs).sum(), (2**logs * (logs - other)).sum())
print("angle", np.degrees(np.arccos(min(1, h @ g / length(h) / length(g)))) if len(h) == len(g) else np.nan)
def part(x, y, z):  # The Shapley value of x: its effect, averaged over the orders in which the three factors can change
    return (x[1] - x[0]) * ((y[0] * z[0] + y[1] * z[1]) / 3 + (y[0] * z[1] + y[1] * z[0]) / 6)
size = length(h), length(g)
for id, probability, rank, logit, u, cosine in zip(tokens, *[zip(*pair) for pair in pairs]):
    parts = part(size, u, cosine), part(u, size, cosine), part(cosine, size, u)
    print("token", id, *probability, *rank, *logit, *u, *cosine, *parts, logit[1] - logit[0] - sum(parts), text(id))
