"""The six-muscle arm of plant.ts in PyTorch (arm.py). Reads a line of options, then answers each line 'step'."""
import json
import sys
import time

import torch

sys.dont_write_bytecode = True
options = json.loads(sys.stdin.readline())
torch.set_num_threads(1)
batch, steps, h = options["batch"], options["steps"], options["stepSeconds"]
dtype = torch.float64 if options["double"] else torch.float32
torch.set_default_dtype(dtype)

from arm import endpoint, least, step, t


def loss_of(q, u, target):
    v = torch.zeros_like(q)
    a = torch.full((batch, 6), least, dtype=dtype)
    loss = 0
    for k in range(steps):
        q, v, a = step(q, v, a, u[k], h)
        if target is not None:
            loss = loss + ((endpoint(q) - target) ** 2).sum()
    return loss


# The same pseudo-random numbers as plant.ts: a linear congruential generator modulo 2^31.
def numbers(seed, n):
    out, x = [], seed
    for _ in range(n):
        x = (1103515245 * x + 12345) % 2147483648
        out.append(x / 2147483648)
    return torch.tensor(out, dtype=torch.float64)


u = (0.02 + 0.3 * numbers(1, steps * batch * 6)).reshape(steps, batch, 6).to(dtype)
q0 = (t([0.6, 1.0]) + 0.4 * numbers(2, batch * 2).reshape(batch, 2).to(dtype))
target = t([0.0, 0.4])

for line in sys.stdin:
    kind = line.strip()
    start = time.process_time()
    if kind == "forward":
        with torch.no_grad():
            loss = loss_of(q0, u, target)
        gradient = 0.0
    else:
        x = u.clone().requires_grad_(True)
        loss = loss_of(q0, x, target)
        loss.backward()
        gradient = x.grad.double().norm().item()
    seconds = time.process_time() - start
    print(json.dumps({"seconds": seconds, "loss": loss.item(), "gradient": gradient, "torch": torch.__version__}), flush=True)
