# A position in models A and B, layer by layer: the sizes of both residuals, and the angle between them.
sources = {{sources}}
ids, position = {{ids}}, {{position}}
found = []
for source in sources:
    {{model}}
    found.append(run(ids)[0][:, position])
{{angle}}
for layer, (a, b) in enumerate(zip(*found)):
    degrees = angle(a, b) if found[0].shape == found[1].shape else np.nan
    print("residual", layer, np.linalg.norm(a), np.linalg.norm(b), degrees)
