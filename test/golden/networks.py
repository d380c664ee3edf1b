"""The study's networks in PyTorch, and where their tensors lie in TensorFlow.js layouts."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


# Far finer than float32, far coarser than float64: see snap.
GRID = 2.0**40


def snap(activations):
    """Rounds to multiples of 1 / GRID, gradients unchanged. Pixels with equal surroundings have equal activations, but the edge
    cases of a matrix product round some of them another way in the last place, and pooling would pick those as the maximum."""
    return activations + (torch.round(activations * GRID) / GRID - activations).detach()


class ConvAutoencoder(nn.Module):
    def __init__(self, height, width, channels, classes):
        super().__init__()
        self.inner = (16, height // 2 // 2, width // 2 // 2)
        units = int(np.prod(self.inner))
        # The order of these lines is the order in which the seed's random numbers are dealt out.
        self.enc1 = nn.Conv2d(channels, 32, 3, padding=1)
        self.enc2 = nn.Conv2d(32, 16, 3, padding=1)
        self.fc1 = nn.Linear(units, 80)
        self.fc2 = nn.Linear(80, 49)
        self.fc3 = nn.Linear(49, 80)
        self.fc4 = nn.Linear(80, units)
        self.dec2 = nn.ConvTranspose2d(16, 32, 3, padding=1)
        self.dec1 = nn.ConvTranspose2d(32, channels, 3, padding=1)

    def forward(self, images):
        a1 = snap(torch.tanh(self.enc1(images)))
        p1, positions1 = F.max_pool2d(a1, 2, return_indices=True)
        a2 = snap(torch.tanh(self.enc2(p1)))
        p2, positions2 = F.max_pool2d(a2, 2, return_indices=True)
        self.pooled_from = (a1, a2)
        self.code = self.fc2(torch.tanh(self.fc1(p2.flatten(1))))
        inner = self.fc4(torch.tanh(self.fc3(self.code))).reshape(-1, *self.inner)
        u2 = torch.tanh(F.max_unpool2d(inner, positions2, 2, output_size=a2.shape[2:]))
        u1 = torch.tanh(F.max_unpool2d(self.dec2(u2), positions1, 2, output_size=a1.shape[2:]))
        return torch.relu(self.dec1(u1))

    def flattened_axes(self):
        """Axes of a tensor that are a [channels, height, width] picture in PyTorch's order."""
        return {"fc1.weight": 1, "fc4.weight": 0, "fc4.bias": 0}


class FeedForward(nn.Module):
    def __init__(self, height, width, channels, classes):
        super().__init__()
        self.inner = (channels, height, width)
        self.fc1 = nn.Linear(height * width * channels, 288)
        self.fc2 = nn.Linear(288, classes)

    def forward(self, images):
        return self.fc2(torch.relu(self.fc1(images.flatten(1))))

    def flattened_axes(self):
        return {"fc1.weight": 1}


class SoftmaxRegression(nn.Module):
    def __init__(self, height, width, channels, classes):
        super().__init__()
        self.inner = (channels, height, width)
        self.fc = nn.Linear(height * width * channels, classes)

    def forward(self, images):
        return self.fc(images.flatten(1))

    def flattened_axes(self):
        return {"fc.weight": 1}


NETWORKS = {"conv-autoencoder": ConvAutoencoder, "feed-forward": FeedForward, "softmax-regression": SoftmaxRegression}


def to_tensorflow(network, name, tensor):
    """A parameter, or its gradient, in TensorFlow.js's layout: convolutions [kh, kw, in, out], transposed convolutions
    [kh, kw, out, in], dense [in, out]; pictures flattened as [height, width, channels]."""
    values = tensor.detach().numpy()
    axis = network.flattened_axes().get(name)
    if axis is not None:
        order = np.arange(values.shape[axis]).reshape(network.inner).transpose(1, 2, 0).reshape(-1)
        values = np.take(values, order, axis)
    if values.ndim == 4:
        return values.transpose(2, 3, 1, 0)
    return values.T
