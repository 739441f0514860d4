"""A seeded, made-up partnership with known truth, written as the files agencies drop."""

from broker.world.agencies import AGENCIES, Agency, AgencyKind
from broker.world.plan import WorldPlan
from broker.world.stage import Planted
from broker.world.world import ChildTruth, World, build, extract_time
from broker.world.writer import write_all, write_config, write_day

__all__ = [
    "AGENCIES",
    "Agency",
    "AgencyKind",
    "ChildTruth",
    "Planted",
    "World",
    "WorldPlan",
    "build",
    "extract_time",
    "write_all",
    "write_config",
    "write_day",
]
