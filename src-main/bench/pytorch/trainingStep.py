"""One training step of sVAE+ in PyTorch: the peer beside which `npm run bench -- step` times our own engine.

Source: reduced from the PyTorch reference and its step benchmark that the owner of this project wrote; the model and
its form are those of Lopez et al. 2023 (published code): likelihood by autograd, torch.optim.Adam, every batch made
dense from sparse rows.

usage: trainingStep.py GENES PERTURBATIONS LATENTS NONZERO THREADS
Says {"torch": VERSION} when ready. Then each line of standard input is a number of steps, answered by
{"batch": [ms, ...], "step": [ms, ...]}: making the batch, and forward, backward and Adam. Ends with its input.
"""
import json
import math
import os
import sys
import time

genes, perturbations, latents = (int(value) for value in sys.argv[1:4])
non_zero, threads = float(sys.argv[4]), int(sys.argv[5])
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = str(threads)

import numpy as np
import scipy.sparse
import torch
from torch import nn

CELLS_OF_BATCH = 128
CELLS_OF_SCREEN = 2048
TRAINING_CELLS = 80_000.0
KL_WEIGHT = 0.5
HIDDEN = 128
DROPOUT = 0.1
EPSILON = 1e-8


def layers(inputs, dropout):
    modules = []
    for size in (inputs, HIDDEN):
        modules += [nn.Linear(size, HIDDEN), nn.BatchNorm1d(HIDDEN, eps=1e-3, momentum=0.01), nn.ReLU()]
        if dropout:
            modules.append(nn.Dropout(dropout))
    return nn.Sequential(*modules)


class SparseMechanismShift(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = layers(genes, DROPOUT)
        self.mean = nn.Linear(HIDDEN, latents)
        self.log_variance = nn.Linear(HIDDEN, latents)
        self.decoder = layers(latents, 0)
        self.logits = nn.Linear(HIDDEN, genes)
        self.log_dispersion = nn.Parameter(torch.randn(genes))
        self.shift = nn.Parameter(torch.randn(perturbations, latents))
        self.edge_logit = nn.Parameter(torch.full((perturbations, latents), 5.0))

    def mask(self, perturbation):
        uniform = torch.rand(len(perturbation), latents).clamp_(1e-12, 1 - 1e-7)
        soft = torch.sigmoid(self.edge_logit[perturbation] + torch.log(uniform) - torch.log1p(-uniform))
        hard = (soft > 0.5).to(soft.dtype)
        return hard.detach() - soft.detach() + soft

    def penalty(self):
        alpha = float(perturbations)
        probability = torch.sigmoid(self.edge_logit)
        return -(math.log(alpha) + (alpha - 1) * torch.log1p(-probability)).sum()

    def forward(self, counts, perturbation):
        hidden = self.encoder(torch.log(1 + counts))
        mean = self.mean(hidden)
        variance = torch.exp(self.log_variance(hidden)) + 1e-4
        latent = mean + variance.sqrt() * torch.randn_like(mean)
        frequency = torch.softmax(self.logits(self.decoder(latent)), -1)
        rate = torch.exp(torch.log(counts.sum(1, keepdim=True))) * frequency
        theta = torch.exp(self.log_dispersion)
        log_total = torch.log(theta + rate + EPSILON)
        likelihood = (
            theta * (torch.log(theta + EPSILON) - log_total)
            + counts * (torch.log(rate + EPSILON) - log_total)
            + torch.lgamma(counts + theta)
            - torch.lgamma(theta)
            - torch.lgamma(counts + 1)
        ).sum(-1)
        prior = self.shift[perturbation] * self.mask(perturbation)
        kl = (0.5 * (variance + (mean - prior) ** 2 - 1.0 - torch.log(variance))).sum(1)
        return TRAINING_CELLS * (-likelihood + KL_WEIGHT * kl).mean() + KL_WEIGHT * self.penalty()


def synthetic_counts(generator):
    """Genes are seen in shares from nothing to twice the mean; seen counts are 1 + Poisson(1.5)."""
    share = np.minimum(1, non_zero * (2 * np.arange(genes) + 1) / genes)
    blocks = []
    for _ in range(0, CELLS_OF_SCREEN, 256):
        seen = generator.rand(256, genes) < share
        counts = np.where(seen, 1 + generator.poisson(1.5, size=seen.shape), 0)
        blocks.append(scipy.sparse.csr_matrix(counts.astype(np.float32)))
    return scipy.sparse.vstack(blocks).tocsr()


torch.set_num_threads(threads)
torch.manual_seed(0)
generator = np.random.RandomState(0)
screen = synthetic_counts(generator)
labels = torch.from_numpy(generator.randint(0, perturbations, size=CELLS_OF_SCREEN))
model = SparseMechanismShift()
model.train()
adam = torch.optim.Adam(model.parameters(), lr=1e-3, eps=0.01, weight_decay=1e-6)
print(json.dumps({"torch": torch.__version__}), flush=True)

for line in sys.stdin:
    times = {"batch": [], "step": []}
    for _ in range(int(line)):
        started = time.perf_counter()
        cells = generator.choice(CELLS_OF_SCREEN, CELLS_OF_BATCH, replace=False)
        counts, perturbation = torch.from_numpy(screen[cells].toarray()), labels[cells]
        ready = time.perf_counter()
        adam.zero_grad()
        model(counts, perturbation).backward()
        adam.step()
        times["batch"].append(1e3 * (ready - started))
        times["step"].append(1e3 * (time.perf_counter() - ready))
    print(json.dumps(times), flush=True)
