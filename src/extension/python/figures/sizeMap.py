# The size of every residual: a row for each layer from before the first, a column for each position.
source = {{source}}
ids = {{ids}}
{{model}}
{{measures}}
residuals, _ = run(ids)
for layer, row in enumerate(residuals):
    print("row", layer, *length(row))
