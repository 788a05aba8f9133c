"""`python -m tests.fraud_lab` is `make fraud-lab`."""

import sys

from tests.fraud_lab.run import main

if __name__ == "__main__":
    sys.exit(main())
