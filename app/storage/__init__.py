"""The only place that knows SQL. Returns model and series types, never rows. `contract` is what others rely on."""
