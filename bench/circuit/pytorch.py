"""
The training of reach.ts in PyTorch, as one would write it: the arm of bench/plant, a module, autograd, Adam. Reads a line of options with the first weights and all
batches (target and go step of each trial), then answers each line: 'train' (to the goal), 'steps N' (N training steps).
"""
import json
import pathlib
import sys
import time

import torch

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "plant"))

options = json.loads(sys.stdin.readline())
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64 if options["double"] else torch.float32)

import arm
from arm import t

h, steps, goal, move, every = (options[k] for k in ("stepSeconds", "steps", "goal", "moveSteps", "every"))
late, leak, near = options["lateSteps"], options["leak"], 0.005
center, posture = t(options["center"]), t(options["posture"])


class Network(torch.nn.Module):
    def __init__(self, weights):
        super().__init__()
        for name, values in weights.items():
            setattr(self, name, torch.nn.Parameter(t(values)))

    def forward(self, x, rate, inputs):
        x = (1 - leak) * x + leak * (rate @ self.recurrent + inputs @ self.input + self.bias)
        rate = torch.tanh(x)
        return x, rate, torch.sigmoid(rate @ self.readout + self.readoutBias)


def senses(q, v):
    l, w, _ = arm.geometry(q, v)
    return torch.cat((l, w / 10, arm.endpoint(q)), 1)


def speed(q, v):
    s, c = torch.sin(q[:, 0]), torch.cos(q[:, 0])
    s12, c12, v12 = torch.sin(q.sum(1)), torch.cos(q.sum(1)), v.sum(1)
    return torch.stack((-arm.L1 * s * v[:, 0] - arm.L2 * s12 * v12, arm.L1 * c * v[:, 0] + arm.L2 * c12 * v12), 1)


def run(network, to, go):
    batch = len(go)
    q = posture.expand(batch, 2)
    v = torch.zeros(batch, 2)
    a = torch.full((batch, 6), arm.least)
    x = network.start.expand(batch, -1)
    rate = torch.tanh(x)
    felt = [senses(q, v)]
    rates, activations, places, speeds = [rate], [], [], []
    for k in range(steps):
        gone = (k >= go)[:, None].to(q.dtype)
        inputs = torch.cat((gone * to / options["distance"], gone, felt[max(0, k - late)]), 1)
        x, rate, u = network(x, rate, inputs)
        q, v, a = arm.step(q, v, a, u, h)
        felt.append(senses(q, v))
        rates.append(rate)
        activations.append(a)
        places.append(felt[-1][:, 12:])
        speeds.append(speed(q, v))
    return torch.stack(rates), torch.stack(activations), torch.stack(places), torch.stack(speeds)


def loss_of(network, to, go):
    rates, activations, places, speeds = run(network, to, go)
    k = torch.arange(steps)[:, None]
    gone, moving = k >= go, (k >= go) & (k < go + move)
    desired = center + gone[:, :, None] * to
    importance = torch.where(moving, t(0.1), t(1.0))
    rest = (~moving).to(places.dtype)
    far = torch.sqrt(((places - desired) ** 2).sum(2) + near * near) - near
    weights = options["objective"]
    return (
        weights["endpoint"] * (importance * far).sum() / importance.sum()
        + weights["rest"] * (rest * (speeds**2).sum(2)).sum() / rest.sum()
        + weights["effort"] * (activations**2).mean()
        + weights["hidden rate"] * (rates[1:] ** 2).mean()
        + weights["hidden smoothness"] * ((rates[1:] - rates[:-1]) ** 2).mean() / h**2
    )


def score(network):
    to, go = t(options["conditions"]["to"]), torch.tensor(options["conditions"]["go"])
    with torch.no_grad():
        places = run(network, to, go)[2]
    last = round(0.1 / h)
    return 1000 * (places[-last:] - center - to).norm(dim=2).mean().item()


batches = [(t(b["to"]), torch.tensor(b["go"])) for b in options["batches"]]


def training_step(network, adam, step):
    for group in adam.param_groups:
        group["lr"] = 1e-3 * min(1, (step + 1) / 20)
    adam.zero_grad()
    loss = loss_of(network, *batches[step])
    loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    adam.step()
    return loss.item(), norm.item()


for line in sys.stdin:
    kind = line.strip()
    network = Network(options["weights"])
    adam = torch.optim.Adam(network.parameters())
    start = time.process_time()
    losses, norms, error = [], [], None
    many = int(kind.split()[1]) if kind.startswith("steps") else len(batches)
    for step in range(many):
        loss, norm = training_step(network, adam, step)
        losses.append(loss)
        norms.append(norm)
        if not kind.startswith("steps") and (step + 1) % every == 0:
            error = score(network)
            if error <= goal:
                break
    seconds = time.process_time() - start
    print(json.dumps({"seconds": seconds, "losses": losses, "norms": norms, "error": error, "steps": len(losses), "torch": torch.__version__}), flush=True)
