"""Facts: TOML files, the register of municipalities, the programme's parties and prices."""
