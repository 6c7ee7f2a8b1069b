"""The threats T1 to T26, one file each; what stands against each is in ``defences.py``."""
