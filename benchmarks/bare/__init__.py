"""The bare Django pages compared with: the same rows as a developer would show them in an afternoon. Nothing of the product."""
