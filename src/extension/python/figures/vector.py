# A vector among the rows of a matrix: those nearest to it by each metric, with distance, cosine, dot product and size.
{{geometry}}
{{lists}}
