"""Run by alembic for every command; ``orderdb.migrations`` passes the connection in."""

from alembic import context
from sqlmodel import SQLModel

import orderdb.models  # noqa: F401  (fills the metadata)

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
