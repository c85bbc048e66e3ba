"""The portal: pages over published results."""
