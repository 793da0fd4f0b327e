# The tokens that another output row matches better than their own, by distance, cosine and dot product: raw, centred.
{{geometry}}
ids = np.array([int((i + 0.5) * len(E) / sample) for i in range(min(sample, len(E)))]) if sample else np.arange(len(E))
for name, mean in [("raw", np.zeros(E.shape[1])), ("centred", U.mean(axis=0))]:
    rows, queries = U - mean, E[ids] - (mean if U is E else 0)
    sizes = np.linalg.norm(rows, axis=1)
    misses = np.zeros(3, int)
    for start in range(0, len(ids), 256):
        own, dots = ids[start : start + 256], queries[start : start + 256] @ rows.T
        for i, score in enumerate([2 * dots - sizes**2, dots / np.maximum(sizes, 1e-300), dots]):
            misses[i] += np.sum(score.argmax(axis=1) != own)
    print(name, *misses)
