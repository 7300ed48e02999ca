"""Gradients of the four networks by PyTorch in double precision.

    WRITE_GOLDEN=/tmp/golden.json npx vitest run test/learn/golden
    python3 test/learn/golden/gradients.py /tmp/golden.json test/learn/golden/gradients.json

Written from the definitions, not from the TypeScript: it shares with it only the names of the parameters.
"""
import base64
import json
import sys

import numpy as np
import torch
import torch.nn.functional as F


def conv(x, p, name, stride=1, padding=0, dilation=1, groups=1):
    return F.conv2d(x, p[name + ".weight"], p[name + ".bias"], stride, padding, dilation, groups)


def pose(p, d):
    h = F.relu(F.group_norm(conv(d["x"], p, "stem", 2, 1), 2, p["norm.gain"], p["norm.offset"], 1e-5))
    for i in range(2):
        h = F.relu(conv(h, p, f"stage{i}.down", 2, 1))
        h = F.relu(h + conv(F.relu(conv(h, p, f"stage{i}.first", 1, 1)), p, f"stage{i}.second", 1, 1))
    for i in range(2):
        h = F.relu(F.conv_transpose2d(h, p[f"up{i}.weight"], p[f"up{i}.bias"], 2, 1))
    return F.mse_loss(conv(h, p, "head"), d["y"])


def mobile(p, d):
    h = F.relu6(conv(d["x"], p, "stem", 2, 1))
    for i, (stride, dilation) in enumerate([(2, 1), (1, 2)]):
        z = F.relu6(conv(h, p, f"block{i}.expand"))
        z = F.relu6(conv(z, p, f"block{i}.depthwise", stride, dilation, dilation, z.shape[1]))
        z = conv(z, p, f"block{i}.project")
        h = h + z if h.shape[1] == z.shape[1] else z
    return F.mse_loss(conv(h, p, "head"), d["y"])


def gru(p, name, xs, reverse=False):
    h = torch.zeros(xs.shape[1], p[name + ".weight"].shape[0], dtype=torch.float64)
    hs = [None] * len(xs)
    for t in reversed(range(len(xs))) if reverse else range(len(xs)):
        xr, xz, xn = (xs[t] @ p[name + ".inputWeight"] + p[name + ".inputBias"]).chunk(3, 1)
        hr, hz, hn = (h @ p[name + ".weight"] + p[name + ".bias"]).chunk(3, 1)
        r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
        n = torch.tanh(xn + r * hn)
        h = (1 - z) * n + z * h
        hs[t] = h
    return hs, h


def dense(p, name, x):
    return x @ p[name + ".weight"] + p[name + ".bias"]


def autoencoder(p, d):
    x = d["x"]
    code = torch.cat([gru(p, "encoder.forward", x)[1], gru(p, "encoder.backward", x, True)[1]], 1)
    mean, logvar = dense(p, "mean", code), dense(p, "logVariance", code)
    z = mean + d["noise"] * torch.exp(logvar / 2)
    hs, _ = gru(p, "decoder", z.expand(len(x), *z.shape))
    y = dense(p, "output", torch.stack(hs))
    return ((y - x) ** 2).sum() - (1 + logvar - mean**2 - logvar.exp()).sum() / 2


def recurrent(p, d):
    x = d["x"]
    s = torch.zeros(x.shape[1], p["rnn.weight"].shape[0], dtype=torch.float64)
    out = []
    for xt in x:
        s = 0.9 * s + 0.1 * (torch.tanh(s) @ p["rnn.weight"] + xt @ p["rnn.inputWeight"] + p["rnn.inputBias"])
        out.append(torch.tanh(s))
    return F.mse_loss(dense(p, "output", torch.stack(out)), d["y"])


networks = {"pose": pose, "mobile": mobile, "autoencoder": autoencoder, "recurrent": recurrent}


def tensor(value):
    return torch.tensor(np.array(value["data"], np.float32).reshape(value["shape"])).double()


given = json.load(open(sys.argv[1]))
golden = {}
for name, network in networks.items():
    parameters = {k: tensor(v).requires_grad_() for k, v in given[name]["parameters"].items()}
    loss = network(parameters, {k: tensor(v) for k, v in given[name]["inputs"].items()})
    loss.backward()
    golden[name] = {
        "loss": loss.item(),
        "gradients": {
            k: base64.b64encode(v.grad.numpy().astype("<f4").tobytes()).decode() for k, v in parameters.items()
        },
    }
json.dump(golden, open(sys.argv[2], "w"), indent=1)
