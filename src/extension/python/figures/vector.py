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
{{lists}}
