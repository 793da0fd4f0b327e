# Cosines of output rows to the mean of rows that are known to be unused, without the first principal component of all.
file = {{file}}
reference = {{reference}}
count = {{count}}
{{geometry}}
{{words}}
values, vectors = np.linalg.eigh(np.cov(U.T, bias=True))
first = vectors[:, -1]
rest = U - np.outer(U @ first, first)
mean = rest[reference].mean(axis=0)
cosines = rest @ mean / np.maximum(np.linalg.norm(rest, axis=1), 1e-300) / np.linalg.norm(mean)
print("principal", values[-1] / values.sum())
print("bound", np.quantile(cosines[reference], 0.05))
cosines[reference] = -2
for id in np.argsort(-cosines, kind="stable")[:count]: print("nearest", id, cosines[id], text(id))
