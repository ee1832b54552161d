"""Files on the disk: written whole and together, by one writer, and read in one version."""
