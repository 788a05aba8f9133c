"""The fraud lab: made-up towns with planted rings and honest crowds are played through the real decision road, and what
became of each order is counted (`make fraud-lab`).

Towns are made without a look at the rules: who is behind a name is written down when it is planted, and how the same
person writes themselves a second time is left to chance.
"""
