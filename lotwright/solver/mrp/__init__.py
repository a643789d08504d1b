"""
The fast heuristic: material requirements planning.
"""
