# The angle between each token's input and output row, and with the final norm's gain on the output row: mean, least, most.
{{geometry}}
{{angle}}
for name, rows in [("plain", U), ("gain", U * read("output_norm.weight"))]:
    degrees = np.zeros(1) if rows is E else angle(E, rows)
    print(name, np.nanmean(degrees), np.nanmin(degrees), np.nanmax(degrees))
