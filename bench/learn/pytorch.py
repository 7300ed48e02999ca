"""The five networks of workloads.ts in PyTorch, as a process that compare.ts drives: one JSON object a line, in and out.

{"load": name, "folder": F}    reads F/values.json and F/values.bin (weights and inputs by name, float32)
{"check": true}                the outputs (to F/outputs.bin), losses and gradient norms of the first steps
{"time": "forward", "seconds": s, "clock": c}   milliseconds of each run, by the "wall" clock or the "processor"'s; also "step"
"""
import json
import os
import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

threads = int(sys.argv[1])
torch.set_num_threads(threads)


class Stage(nn.Module):
    def __init__(self, inputs, channels):
        super().__init__()
        self.down = nn.Conv2d(inputs, channels, 3, stride=2, padding=1)
        self.same = nn.Conv2d(channels, channels, 3, padding=1)
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        h = F.relu(self.same(F.relu(self.down(x))))
        return F.relu(h + self.second(F.relu(self.first(h))))


class Pose(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, stride=2, padding=1)
        self.stage0, self.stage1, self.stage2 = Stage(16, 32), Stage(32, 64), Stage(64, 128)
        self.up0 = nn.ConvTranspose2d(128, 64, 4, stride=2, padding=1)
        self.up1 = nn.ConvTranspose2d(64, 32, 4, stride=2, padding=1)
        self.head = nn.Conv2d(32, 8, 1)

    def forward(self, x):
        h = self.stage2(self.stage1(self.stage0(F.relu(self.stem(x)))))
        return {"output": self.head(F.relu(self.up1(F.relu(self.up0(h)))))}


class Block(nn.Module):
    def __init__(self, inputs, channels, stride):
        super().__init__()
        wide = 4 * inputs
        self.expand = nn.Conv2d(inputs, wide, 1)
        self.depthwise = nn.Conv2d(wide, wide, 3, stride=stride, padding=1, groups=wide)
        self.project = nn.Conv2d(wide, channels, 1)
        self.residual = stride == 1 and inputs == channels

    def forward(self, x):
        y = self.project(F.relu6(self.depthwise(F.relu6(self.expand(x)))))
        return x + y if self.residual else y


class Mobile(nn.Module):
    blocks = [(16, 24, 2), (24, 24, 1), (24, 40, 2), (40, 40, 1), (40, 80, 2), (80, 80, 1), (80, 80, 1)]

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, stride=2, padding=1)
        for i, block in enumerate(self.blocks):
            setattr(self, f"block{i}", Block(*block))
        self.up = nn.ConvTranspose2d(80, 48, 4, stride=2, padding=1)
        self.head = nn.Conv2d(48, 8, 1)

    def forward(self, x):
        h = F.relu6(self.stem(x))
        for i in range(len(self.blocks)):
            h = getattr(self, f"block{i}")(h)
        return {"output": self.head(F.relu(self.up(h)))}


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.GRU(24, 256, bidirectional=True)
        self.mean, self.logVariance = nn.Linear(512, 32), nn.Linear(512, 32)
        self.decoder = nn.GRU(32, 256)
        self.head = nn.Linear(256, 24)

    def forward(self, x, noise):
        forward, backward = self.encoder(x)[1]
        code = torch.cat([forward, backward], 1)
        mean, log_variance = self.mean(code), self.logVariance(code)
        z = mean + noise * torch.exp(0.5 * log_variance)
        hidden = self.decoder(z.expand(len(x), *z.shape))[0]
        return {"output": self.head(hidden), "mean": mean, "logVariance": log_variance}


class Leaky(nn.Module):
    def __init__(self):
        super().__init__()
        self.inputWeight = nn.Parameter(torch.empty(10, 300))
        self.inputBias = nn.Parameter(torch.empty(300))
        self.weight = nn.Parameter(torch.empty(300, 300))

    def forward(self, x):
        drive = (x @ self.inputWeight + self.inputBias).unbind(0)
        state = torch.zeros(x.shape[1], 300)
        rates, rate = [], torch.tanh(state)
        for step in drive:
            state = 0.9 * state + 0.1 * torch.addmm(step, rate, self.weight)
            rate = torch.tanh(state)
            rates.append(rate)
        return torch.stack(rates)


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn, self.head = Leaky(), nn.Linear(300, 2)

    def forward(self, x):
        return {"output": self.head(self.rnn(x))}


class Perceptron(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden0, self.hidden1, self.head = nn.Linear(64, 256), nn.Linear(256, 256), nn.Linear(256, 8)

    def forward(self, x):
        return {"output": self.head(torch.tanh(self.hidden1(torch.tanh(self.hidden0(x)))))}


def mean_squared(outputs, inputs):
    return F.mse_loss(outputs["output"], inputs["target"])


def evidence(outputs, inputs):
    mean, log_variance = outputs["mean"], outputs["logVariance"]
    divergence = (1 + log_variance - mean * mean - log_variance.exp()).sum()
    return F.mse_loss(outputs["output"], inputs["x"], reduction="sum") - 0.5 * divergence


networks = {
    "pose": (Pose, mean_squared),
    "mobile": (Mobile, mean_squared),
    "autoencoder": (Autoencoder, evidence),
    "recurrent": (Recurrent, mean_squared),
    "perceptron": (Perceptron, mean_squared),
}

# PyTorch's GRU names its parameters in its own way; the order of the gates is the same.
gru_names = {"inputWeight": "weight_ih_l0", "inputBias": "bias_ih_l0", "weight": "weight_hh_l0", "bias": "bias_hh_l0"}


def place(network, name, value):
    """Sets the parameter that our `name` means; PyTorch keeps matrices of Linear and GRU transposed."""
    path = name.split(".")
    module = network
    while len(path) > 1 and not isinstance(module, nn.GRU):
        module = getattr(module, path.pop(0))
    if isinstance(module, nn.GRU):
        parameter = getattr(module, gru_names[path[-1]] + ("_reverse" if path[0] == "backward" else ""))
    else:
        parameter = getattr(module, path[-1])
    if isinstance(module, (nn.GRU, nn.Linear)) and value.dim() == 2:
        value = value.T
    assert parameter.shape == value.shape, name
    with torch.no_grad():
        parameter.copy_(value)


class Job:
    def __init__(self, name, folder):
        self.folder = folder
        make, self.loss = networks[name]
        with open(os.path.join(folder, "values.json")) as file:
            entries = json.load(file)
        data = np.fromfile(os.path.join(folder, "values.bin"), np.float32)
        values, at = {}, 0
        for key, shape in entries:
            size = int(np.prod(shape))
            values[key] = torch.from_numpy(data[at : at + size].reshape(shape).copy())
            at += size
        self.inputs = {key[6:]: value for key, value in values.items() if key.startswith("input/")}
        self.network = make()
        weights = {key: value for key, value in values.items() if not key.startswith("input/")}
        assert len(weights) == len(list(self.network.parameters()))
        for key, value in weights.items():
            place(self.network, key, value)
        self.optimizer = torch.optim.Adam(self.network.parameters(), 1e-3)

    def run(self):
        return self.network(**{key: value for key, value in self.inputs.items() if key != "target"})

    def forward(self):
        with torch.no_grad():
            return self.run()

    def step(self):
        self.optimizer.zero_grad()
        loss = self.loss(self.run(), self.inputs)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def check(self, steps):
        outputs = self.forward()
        joined = np.concatenate([outputs[key].numpy().ravel() for key in sorted(outputs)])
        joined.tofile(os.path.join(self.folder, "outputs.bin"))
        losses, norms = [], []
        for _ in range(steps):
            losses.append(self.step())
            norms.append(sum(float((p.grad.double() ** 2).sum()) for p in self.network.parameters()) ** 0.5)
        return {"losses": losses, "norms": norms}


def timed(work, seconds, clock):
    times, start = [], time.perf_counter()
    while len(times) < 2 or time.perf_counter() - start < seconds:
        before = clock()
        work()
        times.append(1000 * (clock() - before))
    return times


clocks = {"wall": time.perf_counter, "processor": time.process_time}
job = None
for line in sys.stdin:
    request = json.loads(line)
    if "load" in request:
        job = Job(request["load"], request["folder"])
        answer = {"torch": torch.__version__}
    elif "check" in request:
        answer = job.check(request["check"])
    else:
        work = job.forward if request["time"] == "forward" else job.step
        answer = timed(work, request["seconds"], clocks[request["clock"]])
    print(json.dumps(answer), flush=True)
