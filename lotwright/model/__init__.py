"""
What planning talks about; knows neither files nor solvers.
"""
