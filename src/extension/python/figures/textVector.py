# A vector of a text among the rows of a matrix: those nearest to it, with distance, cosine, dot product and size.
{{model}}
if np.array_equal(E, U): U = E
residuals, _ = run(ids)
residual = lambda layer: final(residuals[layer, position])
{{lists}}
