# A text that models A and B cut differently: the surprisal of every token in both, and its sum between common boundaries.
sources = {{sources}}
cuts = {{cuts}}
spans = {{spans}}
own = []
for side, (source, ids) in enumerate(zip(sources, cuts)):
    {{model}}
    {{measures}}
    logs = bits(run(ids)[1])
    own.append([np.nan, *[-logs[i, ids[i + 1]] for i in range(len(ids) - 1)]])
    for id, surprisal in zip(ids, own[side]): print("AB"[side], id, surprisal)
for span in spans: print("span", *[sum(own[side][i] for i in span[side]) for side in (0, 1)])
