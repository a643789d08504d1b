"""
From quantities back to orders, dates, pegging and findings.
"""
