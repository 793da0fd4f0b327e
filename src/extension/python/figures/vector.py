# A vector among the rows of a matrix: those nearest to it by each metric, with distance, cosine, dot product and size.
file = {{file}}
centred = {{centred}}
count = {{count}}
{{geometry}}
{{words}}
rows = {{rows}}
mean = rows.mean(axis=0) if centred else np.zeros(rows.shape[1])
row = lambda matrix, id: matrix[id] - mean if matrix is rows else matrix[id]
unit = lambda vector: vector / np.linalg.norm(vector)
vector = {{vector}}
dots, sizes = rows @ vector - mean @ vector, np.linalg.norm(rows - mean, axis=1)
size = np.linalg.norm(vector)
cosines = dots / np.maximum(sizes * size, 1e-300)
distances = np.sqrt(np.maximum(0, size**2 + sizes**2 - 2 * dots))
print("size", size)
for metric, order in [("euclidean", distances), ("cosine", -cosines), ("dot", -dots)]:
    for id in np.argsort(order, kind="stable")[:count]:
        print(metric, id, np.linalg.norm(rows[id] - mean - vector), cosines[id], dots[id], sizes[id], text(id))
