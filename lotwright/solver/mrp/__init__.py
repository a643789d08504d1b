"""
Material requirements planning, exact to the day.
"""
