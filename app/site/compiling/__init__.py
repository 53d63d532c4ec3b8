"""From forms to the plain records of `app.model.spec`; whatever does not fit together becomes a fault."""
