"""
Small databases with the tables and columns that other systems have.
"""
