# The sizes of tokens, and the percent of the rows that are smaller: by the embedding, then by the unembedding.
file = {{file}}
ids = {{ids}}
{{geometry}}
{{words}}
for name, rows in [("input", E), ("output", U)]:
    sizes = np.linalg.norm(rows, axis=1)
    for id in ids:
        print(name, id, sizes[id], 100 * np.mean(sizes < sizes[id]), text(id))
