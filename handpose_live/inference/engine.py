"""What the engines of all networks have in common."""

from typing import Protocol


class Engine(Protocol):
    """A network on a device, with its preprocessing and decoding.

    Attributes:
        why_no_gpu: the error that keeps it from the GPU and on the CPU; "" without one.
    """

    why_no_gpu: str = ""

    @property
    def device_name(self) -> str:
        """Name of the device in use, as shown to the user."""
        ...

    def cpu_name(self, engine: str) -> str:
        """Return :attr:`device_name` for an engine on the CPU."""
        return f"CPU ({engine}; the GPU failed: {self.why_no_gpu})" if self.why_no_gpu else f"CPU ({engine})"
