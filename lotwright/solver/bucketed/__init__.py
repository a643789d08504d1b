"""
Plans in buckets, made quickly: where the search for the cheapest one starts.
"""
