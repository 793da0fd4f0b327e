# The longest and shortest rows of the embedding, those nearest to the mean row, and the groups of equal rows.
# Which tokens no text can produce is not here: it takes the whole tokenizer.
file = {{file}}
count, near = {{count}}, {{near}}
{{geometry}}
{{words}}
sizes, away = np.linalg.norm(E, axis=1), np.linalg.norm(E - E.mean(axis=0), axis=1)
for name, values, many in [("longest", -sizes, count), ("shortest", sizes, count), ("mean", away, near)]:
    for id in np.argsort(values, kind="stable")[:many]: print(name, id, abs(values[id]), text(id))
groups = {}
for id, row in enumerate(E): groups.setdefault(row.tobytes(), []).append(id)
for ids in groups.values():
    if len(ids) > 1: print("equal", *ids, *map(text, ids))
