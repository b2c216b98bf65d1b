"""The optimiser of the live network."""

from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.optim import AdamW

MOMENTUM = 0.95
STRIDE = 0.4  # root mean square of a step at a learning rate of 1; of AdamW it is 0.2 to 0.4 (Liu et al. 2025)
# Of the quintic iteration that takes singular values from (0, 1] to about 1, soonest the small ones.
ITERATIONS, COEFFICIENTS = 5, (3.4445, -4.7750, 2.0315)


class Muon(AdamW):
    """Muon on the convolutions within a network, AdamW on all else.

    The weights of a convolution, as a matrix, move along their gradient's momentum made orthogonal: in all
    directions alike, where AdamW moves along few (Jordan et al. 2024, "Muon: an optimizer for hidden layers"). Steps
    are scaled so that AdamW's learning rate and weight decay serve here too (Liu et al. 2025, "Muon is scalable").
    PyTorch's own Muon refuses weights of more than two dimensions, so those of all convolutions.
    """

    def __init__(self, network: nn.Module, *, learning_rate: float, weight_decay: float, dtype: torch.dtype) -> None:
        """Args:
        network: its first and last layers, and convolutions channel by channel, are AdamW's.
        learning_rate, weight_decay: as of AdamW.
        dtype: that momenta are made orthogonal in; bfloat16 is enough.
        """
        layers = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d)]
        matrices = [layer.weight for layer in layers[1:-1] if layer.groups == 1]
        shapes = dict.fromkeys(weights.shape for weights in matrices)
        # Matrices of a shape are made orthogonal together: a GPU is quicker through these than through one by one.
        self._groups = [[weights for weights in matrices if weights.shape == shape] for shape in shapes]
        self._dtype = dtype
        device = next(network.parameters()).device
        on_gpu = device.type == "cuda"  # there nothing may wait for a value, or a step could not be recorded
        rate = torch.tensor(learning_rate, device=device) if on_gpu else learning_rate
        super().__init__(network.parameters(), lr=rate, weight_decay=weight_decay, capturable=on_gpu)
        self.param_groups[0]["initial_lr"] = learning_rate  # schedules reckon with the number

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from what was saved, on whatever kind of device that was."""
        here, saved = self.param_groups[0], state_dict["param_groups"][0]
        rate = float(saved["lr"])
        group = saved | {
            "lr": here["lr"].fill_(rate) if isinstance(here["lr"], Tensor) else rate,
            "capturable": here["capturable"],
        }
        super().load_state_dict(state_dict | {"param_groups": [group]})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Move all weights that have a gradient; those of matrices are used up."""
        group = self.param_groups[0]
        for every in self._groups:
            trained = [weights for weights in every if weights.grad is not None]
            if trained:
                self._move(trained, group["lr"], group["weight_decay"])
        super().step(closure)

    def _move(self, matrices: list[Tensor], learning_rate: float | Tensor, weight_decay: float) -> None:
        """Move weights of one shape and use up their gradients."""
        momenta = []
        for weights in matrices:
            state = self.state[weights]
            if "momentum" not in state:
                # AdamW asks all weights for their step when it is loaded.
                state["step"], state["momentum"] = torch.tensor(0.0), torch.zeros_like(weights)
            momenta.append(state["momentum"])
        gradients = torch.stack([cast(Tensor, weights.grad) for weights in matrices])
        torch._foreach_lerp_(momenta, gradients.unbind(), 1 - MOMENTUM)
        directions = gradients.lerp_(torch.stack(momenta), MOMENTUM).flatten(2)
        steps = orthogonal(directions.to(self._dtype)).to(gradients.dtype).view_as(gradients)
        torch._foreach_mul_(matrices, 1 - learning_rate * weight_decay)
        strides = learning_rate * (STRIDE * max(directions.shape[1:]) ** 0.5)
        torch._foreach_sub_(matrices, (steps * strides).unbind())
        for weights in matrices:
            weights.grad = None


def orthogonal(matrices: Tensor) -> Tensor:
    """The orthogonal matrices next to ``(..., a, b)``, roughly: singular values of about 0.7 to 1.2 (Newton-Schulz)."""
    tall = matrices.shape[-2] > matrices.shape[-1]
    x: Tensor = matrices.mT if tall else matrices
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    a, b, c = COEFFICIENTS
    for _ in range(ITERATIONS):
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    return x.mT if tall else x
