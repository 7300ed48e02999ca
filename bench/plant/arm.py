"""The six-muscle arm with Hill's muscles and Euler activation in PyTorch, as one would write it: batched tensors, in the default type at import."""
import math

import torch

t = lambda x: torch.tensor(x, dtype=torch.get_default_dtype())

a0 = t([0.151, 0.2322, 0.2859, 0.2355, 0.3329, 0.2989])
a1 = t([[-0.03, 0.03, 0, 0, -0.03, 0.03], [0, 0, -0.014, 0.025, -0.016, 0.03]])
a2 = t([[0, 0, 0, 0, 0, 0], [0, 0, -0.004, -0.0022, -0.0057, -0.0032]])
maximal = t([838, 1207, 1422, 1549, 414, 603])
optimal = t([0.134, 0.14, 0.092, 0.093, 0.137, 0.127])
slack = t([0.039, 0.066, 0.172, 0.187, 0.204, 0.217])
high = t([135 * math.pi / 180, 155 * math.pi / 180])
m1, m2, L1, L2, lg1, lg2, I1, I2 = 1.82, 1.43, 0.309, 0.333, 0.135, 0.165, 0.051, 0.057
hh = m2 * L1 * lg2
m22 = m2 * lg2**2 + I2
m11 = m1 * lg1**2 + I1 + m2 * L1**2 + m22
least = 0.001


def geometry(q, v):
    x = torch.stack((q[:, 0] - math.pi / 2, q[:, 1]), 1)[:, :, None]
    arms = a1 + 2 * a2 * x
    length = a0 + ((a1 + a2 * x) * x).sum(1)
    velocity = (arms * v[:, :, None]).sum(1)
    return torch.clamp(length - slack, min=0) / optimal, velocity / optimal, arms


def hill(a, l, v):
    fl = torch.clamp(1 - ((l - 1) / 0.66) ** 2, min=0.01)
    A = torch.where(l > 1, 0.41 * fl, t(0.41))
    B = torch.where(a < 0.3, 5.2 * (1 - 0.9 * (a - 0.3) / (0.005 - 0.3)) ** 2, t(5.2))
    X = fl * a
    s = 0.001
    short = torch.clamp(v, max=0)
    long = torch.clamp(v, min=0)
    p = 0.5 * X / (2 * a * (fl + A) / B - s)
    f = torch.where(v < 0, (short * a * A + X * B) / (B - short), s * long + X * (p + 1.5 * long) / (p + long))
    passive = (torch.clamp(l - 1.4, min=0) / 0.26) ** 2
    return torch.clamp(f, min=0) + passive


def step(q, v, a, u, h):
    u = torch.clamp(u, least, 1)
    slow = 0.5 + 1.5 * a
    a = torch.clamp(a + h * (u - a) * torch.where(u > a, 1 / (0.015 * slow), slow / 0.05), least, 1)
    l, w, arms = geometry(q, v)
    torque = -((maximal * hill(a, l, w))[:, None, :] * arms).sum(2)
    c, s = hh * torch.cos(q[:, 1]), hh * torch.sin(q[:, 1])
    t1 = torque[:, 0] + s * (2 * v[:, 0] + v[:, 1]) * v[:, 1]
    t2 = torque[:, 1] - s * v[:, 0] ** 2
    e, b = m11 + 2 * c, m22 + c
    scale = 1 / (e * m22 - b * b)
    v = v + h * torch.stack(((m22 * t1 - b * t2) * scale, (e * t2 - b * t1) * scale), 1)
    q = q + h * v
    v = torch.where(((q <= 0) & (v < 0)) | ((q >= high) & (v > 0)), t(0.0), v)
    return torch.minimum(torch.clamp(q, min=0), high), v, a


def endpoint(q):
    q12 = q[:, 0] + q[:, 1]
    return torch.stack((L1 * torch.cos(q[:, 0]) + L2 * torch.cos(q12), L1 * torch.sin(q[:, 0]) + L2 * torch.sin(q12)), 1)
