"""
Runs the command line as ``python -m lotwright``.
"""

from lotwright.cli.app import main

if __name__ == "__main__":
    main()
