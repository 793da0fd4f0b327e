# The angle between each token's input and output row, and with the final norm's gain on the output row: mean, least, most.
file = {{file}}
{{geometry}}
{{gain}}
{{angle}}
for name, rows in [("plain", U), ("gain", U * gain)]:
    degrees = np.zeros(1) if rows is E else angle(E, rows)
    print(name, np.nanmean(degrees), np.nanmin(degrees), np.nanmax(degrees))
