"""Charts: results of oversight in, a `Picture` out (SVG, words, table). No app, no engine, no network, no browser.

`from handrail import charts`, then `charts.funnel_picture(...)`: what draws is loaded when it is first asked for.
The same numbers give the same bytes.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from handrail.charts.picture import Picture, Value

if TYPE_CHECKING:
    from handrail.charts.caterpillar import caterpillar_picture
    from handrail.charts.flow import Flow, flow_picture
    from handrail.charts.funnel import funnel_picture
    from handrail.charts.heat import Cell, heat_picture
    from handrail.charts.slope import Pair, slope_picture
    from handrail.charts.survival import survival_picture
    from handrail.charts.xmr import xmr_picture

__all__ = [
    "Cell",
    "Flow",
    "Pair",
    "Picture",
    "Value",
    "caterpillar_picture",
    "flow_picture",
    "funnel_picture",
    "heat_picture",
    "slope_picture",
    "survival_picture",
    "xmr_picture",
]

_WHERE = {"Cell": "heat", "Flow": "flow", "Pair": "slope"}


def __getattr__(name: str) -> Any:
    """This will load the file that draws, once somebody asks for it."""
    if name not in __all__:
        raise AttributeError(f"handrail.charts has no {name!r}; it has {', '.join(__all__)}.")
    return getattr(import_module(f"{__name__}.{_WHERE.get(name, name.removesuffix('_picture'))}"), name)
