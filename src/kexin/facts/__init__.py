"""Facts: contracts of the few tables measures read, and column expressions over them. Names no table, imports no measure.

A domain's `queries` supplies the SELECT that keeps a contract; `source` reads it as columns; an expression such as
`purchases.of_customers` aggregates it, on DuckDB here and on other engines unchanged.
"""
