# The rows of a matrix in A and B: angle, and size in B by size in A; then the most turned, the most resized, some tokens.
file, count, tokens = {{file}}, {{count}}, {{tokens}}
{{geometry}}
A = {{rows}}
file = {{otherFile}}
{{otherGeometry}}
B = {{rows}}
{{words}}
{{angle}}
np.seterr(all="ignore")  # Rows of zeros have no angle.
sizes = np.linalg.norm(A, axis=1), np.linalg.norm(B, axis=1)
degrees = angle(A, B) if A.shape == B.shape else np.full(len(A), np.nan)
ratio, whole = sizes[1] / sizes[0], np.flatnonzero((sizes[0] > 0) & (sizes[1] > 0))
for name, values in [("angle", degrees[whole]), ("ratio", ratio[whole])]:
    print(name, len(values), values.mean(), np.median(values), values.min(), values.max())
most = lambda values: whole[np.argsort(-values[whole], kind="stable")[:count]]
for name, ids in [("turned", most(degrees) if A.shape == B.shape else []), ("resized", most(abs(np.log(ratio)))), ("token", tokens)]:
    for id in ids: print(name, id, degrees[id], sizes[0][id], sizes[1][id], text(id))
