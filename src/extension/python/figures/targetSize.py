# Random directions, drawn again with the panel's generator and seed, and the output rows with the largest dot products.
file = {{file}}
directions, seed = {{directions}}, {{seed}}
{{geometry}}
{{words}}
{{draws}}
sizes, draw, wins = np.linalg.norm(U, axis=1), normals(), np.zeros(len(U), int)
for start in range(0, directions, 256):
    many = min(256, directions - start)
    drawn = np.fromiter(draw, float, many * U.shape[1]).reshape(many, -1)
    np.add.at(wins, (drawn @ U.T).argmax(axis=1), 1)
borders = np.sort(sizes)[[(i + 1) * len(U) // 10 for i in range(9)]]
tenth = np.searchsorted(borders, sizes, side="right")
print("winners", np.sum(wins > 0), np.sum(wins == 0))
for i in range(10): print("tenth", i, wins[tenth == i].sum() / directions)
for id in np.argsort(-wins, kind="stable")[:20]:
    if wins[id]: print("token", id, sizes[id], wins[id], text(id))
