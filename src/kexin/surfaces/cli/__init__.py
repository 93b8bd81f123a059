"""Commands: `kexin …`, one module per domain."""
