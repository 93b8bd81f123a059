"""Standing 客户现状: where each customer stands, dated runs, transitions with reasons. Reads orders. Announces TierChanged, RunFinished."""
