"""
Work on runs: workers, attempts and what the planning process does.
"""
