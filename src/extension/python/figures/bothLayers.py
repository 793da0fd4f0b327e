# A position in models A and B, layer by layer: the sizes of both residuals, and the angle between them.
sources = {{sources}}
ids, position = {{ids}}, {{position}}
found = []
for source in sources:
    {{model}}
    found.append(run(ids)[0][:, position])
{{angle}}
(a, b), alike = found, found[0].shape == found[1].shape  # Other widths or depths have no angle.
for layer in range(max(len(a), len(b))):
    sizes = [np.linalg.norm(one[layer]) if layer < len(one) else np.nan for one in (a, b)]
    print("residual", layer, *sizes, angle(a[layer], b[layer]) if alike else np.nan)
