# The tokens that another output row matches better than their own, by distance, cosine and dot product: raw, centred, normed.
file = {{file}}
sample = {{sample}}
{{geometry}}
{{finalNorm}}
ids = np.array({{spaced}}) if sample else np.arange(len(E))
mean = U.mean(axis=0)
ways = {"raw": lambda: (U, E[ids]), "centred": lambda: (U - mean, E[ids] - (mean if U is E else 0)), "normed": lambda: (U, final(E[ids]))}
for name in {{ways}}:
    rows, queries = ways[name]()
    sizes = np.linalg.norm(rows, axis=1)
    misses = np.zeros(3, int)
    for start in range(0, len(ids), 256):
        own, dots = ids[start : start + 256], queries[start : start + 256] @ rows.T
        for i, score in enumerate([2 * dots - sizes**2, dots / np.maximum(sizes, 1e-300), dots]):
            misses[i] += np.sum(score.argmax(axis=1) != own)
    print(name, *misses)
