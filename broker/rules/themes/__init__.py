"""The rules, a module a theme; broker.rules.catalogue lists them."""
