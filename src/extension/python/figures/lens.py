# The lens at a position: for each residual the likeliest token, its probability, the entropy and KL(final || row).
source = {{source}}
ids = {{ids}}
position = {{position}}
{{model}}
{{words}}
{{measures}}
cap = getattr(model.config, "final_logit_softcapping", None)
residuals, logits = run(ids)
true = bits(logits[position])
for layer, residual in enumerate(residuals[:, position]):
    raw = out(torch.tensor(final(residual))).numpy()
    logs = bits(cap * np.tanh(raw / cap) if cap else raw)
    best = logs.argmax()
    print("row", layer, best, 2 ** logs[best], -(2**logs * logs).sum(), (2**true * (true - logs)).sum(), text(best))
