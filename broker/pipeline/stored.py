"""Every table that the pipeline keeps in a store."""
from broker.pipeline.linking import LINKING_TABLES
from broker.pipeline.tables import PIPELINE_TABLES
from broker.ports import Table

STORED: tuple[Table, ...] = (*PIPELINE_TABLES, *LINKING_TABLES)
