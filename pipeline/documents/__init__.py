"""Documents: merged, converted, checked and finalized, one at a time."""
