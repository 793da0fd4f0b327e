# A vector of a text among the rows of a matrix: those nearest to it, with distance, cosine, dot product and size.
source = {{source}}
ids = {{ids}}
position, centred, count = {{position}}, {{centred}}, {{count}}
{{model}}
{{words}}
if np.array_equal(E, U): U = E
residuals, _ = run(ids)
residual = lambda layer: final(residuals[layer, position])
rows = {{rows}}
mean = rows.mean(axis=0) if centred else np.zeros(rows.shape[1])
row = lambda matrix, id: matrix[id] - mean if matrix is rows else matrix[id]
unit = lambda vector: vector / np.linalg.norm(vector)
vector = {{vector}}
{{lists}}
