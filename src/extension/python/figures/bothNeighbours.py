# A token's row among the rows of models A and B: its nearest by each metric, with distance, cosine, dot product and size.
id, count = {{id}}, {{count}}
file = {{file}}
{{geometry}}
A = {{rows}}
file = {{otherFile}}
{{otherGeometry}}
B = {{rows}}
{{words}}
token = id
for rows in (A, B):
    vector, mean = rows[token], np.zeros(rows.shape[1])
    {{lists}}
