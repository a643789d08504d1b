"""
The service: data in, plans in the background, results out, for many tenants.
"""
