"""Golden vectors of sVAE+ with the mask averaged over: writes model_svaeplus_marginal_bn.json beside this file.

Run: python3 src-main/golden/marginalMask.py (PyTorch, float64, autograd). Parameters, counts and normal noise are those
of model_svaeplus_bn.json; only the divergence of the latents differs:

    KL of a cell = sum over latents of 1/2 (v + m^2 - 1 - log v) + q (1/2 mu^2 - m mu),  q = sigmoid(log_alpha[y])

which is the mean over the mask of the published divergence. Before anything is written, the script computes the numbers
of model_svaeplus_bn.json in the same way (its mask drawn, straight-through) and stops if they differ.
"""

import json
from pathlib import Path

import torch

folder = Path(__file__).parent
steps, learning_rate, epsilon, decay, betas = 3, 1e-3, 0.01, 1e-6, (0.9, 0.999)


def tensor(entry):
    return torch.tensor(entry["data"], dtype=torch.float64).reshape(entry["shape"])


def array(value):
    return {"shape": list(value.shape), "data": value.detach().reshape(-1).tolist()}


def forward(golden, params, running, step, training, marginal):
    """Every intermediate of one pass, and the running statistics after it."""
    seen, after = {}, dict(running)
    counts, labels = tensor(golden["x"]), torch.tensor(golden["y"]["data"])

    def layer(name, index, value):
        linear = value @ params[f"{name}.W{index}"].T + params[f"{name}.b{index}"]
        bn = f"{name}.bn{index}"
        if training:
            mean, variance = linear.mean(0), linear.var(0, unbiased=False)
            unbiased = linear.var(0, unbiased=True)
            momentum = golden["bn_momentum"]
            after[f"{bn}.running_mean"] = ((1 - momentum) * running[f"{bn}.running_mean"] + momentum * mean).detach()
            after[f"{bn}.running_var"] = ((1 - momentum) * running[f"{bn}.running_var"] + momentum * unbiased).detach()
        else:
            mean, variance = running[f"{bn}.running_mean"], running[f"{bn}.running_var"]
        scaled = (linear - mean) / torch.sqrt(variance + golden["bn_eps"])
        normalised = scaled * params[f"{bn}.gamma"] + params[f"{bn}.beta"]
        active = torch.relu(normalised)
        seen.update({f"{name}.lin{index}": linear, bn: normalised, f"{name}.act{index}": active})
        return active

    hidden = layer("enc", 1, layer("enc", 0, torch.log1p(counts)))
    mean = hidden @ params["enc.mean.W"].T + params["enc.mean.b"]
    variance = torch.exp(hidden @ params["enc.logvar.W"].T + params["enc.logvar.b"]) + golden["var_eps"]
    latents = mean + torch.sqrt(variance) * tensor(golden["eps"])[step]
    hidden = layer("dec", 1, layer("dec", 0, latents))
    logits = hidden @ params["dec.out.W"].T + params["dec.out.b"]
    scale = torch.softmax(logits, 1)
    rate, theta, small = counts.sum(1, keepdim=True) * scale, torch.exp(params["px_r"]), golden["nb_eps"]
    total = torch.log(theta + rate + small)
    elements = (
        theta * (torch.log(theta + small) - total)
        + counts * (torch.log(rate + small) - total)
        + torch.lgamma(counts + theta)
        - torch.lgamma(theta)
        - torch.lgamma(counts + 1)
    )
    shift, mask_logits = params["mu"][labels], params["log_alpha"][labels]
    if marginal:
        q = torch.sigmoid(mask_logits)
        own = 0.5 * (variance + mean**2 - 1 - torch.log(variance))
        kl = (own + q * (0.5 * shift**2 - mean * shift)).sum(1)
        seen["shift"] = shift
    else:
        soft = torch.sigmoid(mask_logits + tensor(golden["noise"])[step])
        prior_mean = shift * ((soft > 0.5).double() - soft.detach() + soft)
        kl = 0.5 * (variance + (mean - prior_mean) ** 2 - 1 - torch.log(variance)).sum(1)
    edges = torch.sigmoid(params["log_alpha"])
    alpha = torch.tensor(golden["alpha"], dtype=torch.float64)
    sparsity = -(torch.log(alpha) + (alpha - 1) * torch.log1p(-edges)).sum()
    likelihood = elements.sum(1)
    cells = (-likelihood + golden["beta"] * golden["kl_weight"] * kl).mean()
    loss = golden["n_obs"] * cells + golden["kl_weight"] * sparsity
    seen.update({"q_mean": mean, "q_var": variance, "z": latents, "dec.logits": logits, "px_scale": scale})
    seen.update({"nb_loglik": likelihood, "kl": kl, "sparsity": sparsity, "loss": loss})
    return seen, after


def results(golden, marginal):
    start = {name: tensor(entry) for name, entry in golden["params"].items()}
    running = {name: tensor(entry) for name, entry in golden["running_before"].items()}
    params = {name: value.clone().requires_grad_() for name, value in start.items()}
    evaluated, _ = forward(golden, params, running, 0, False, marginal)
    trained, after = forward(golden, params, running, 0, True, marginal)
    trained["loss"].backward()
    gradients = {name: value.grad for name, value in params.items()}

    params = {name: value.clone().requires_grad_() for name, value in start.items()}
    moments = {name: [torch.zeros_like(value), torch.zeros_like(value)] for name, value in start.items()}
    losses, moving = [], running
    for step in range(steps):
        seen, moving = forward(golden, params, moving, step, True, marginal)
        losses.append(seen["loss"].item())
        used = [name for name in params if gradients[name] is not None]
        slopes = torch.autograd.grad(seen["loss"], [params[name] for name in used])
        for name, slope in zip(used, slopes):
            value, (first, second) = params[name].detach(), moments[name]
            slope = slope + decay * value
            first.mul_(betas[0]).add_((1 - betas[0]) * slope)
            second.mul_(betas[1]).add_((1 - betas[1]) * slope**2)
            rate = learning_rate / (1 - betas[0] ** (step + 1))
            denominator = torch.sqrt(second) / (1 - betas[1] ** (step + 1)) ** 0.5 + epsilon
            params[name] = (value - rate * first / denominator).requires_grad_()
    return {
        "running_after": {name: array(value) for name, value in after.items()},
        "eval": {name: array(evaluated[name]) for name in evaluated if "." not in name},
        "train": {name: array(value) for name, value in trained.items()},
        "grad": {name: None if value is None else array(value) for name, value in gradients.items()},
        "three_steps": {
            "losses": losses,
            "params": {name: array(value) for name, value in params.items()},
            "running": {name: array(value) for name, value in moving.items()},
        },
    }


def largest_difference(ours, theirs):
    """Over every number that both have."""
    if isinstance(theirs, dict):
        return max([largest_difference(ours[name], theirs[name]) for name in theirs if name in ours], default=0)
    if isinstance(theirs, list):
        return max([largest_difference(a, b) for a, b in zip(ours, theirs)], default=0)
    return abs(ours - theirs) / (1 + abs(theirs)) if isinstance(theirs, float) and ours is not None else 0


published = json.loads((folder / "model_svaeplus_bn.json").read_text())
difference = largest_difference(results(published, marginal=False), published)
assert difference < 1e-8, f"model_svaeplus_bn.json is not reproduced: {difference}"
golden = {
    **{name: value for name, value in published.items() if name not in ("form", "guard")},
    "name": "svaeplus_marginal_bn",
    "note": "as svaeplus_bn with the mask averaged over in the divergence; made by marginalMask.py",
    **results(published, marginal=True),
}
(folder / "model_svaeplus_marginal_bn.json").write_text(json.dumps(golden) + "\n")
print(f"svaeplus_bn reproduced within {difference:.1e}; wrote {golden['name']}")
