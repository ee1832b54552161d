"""The dataset on disk: files, snapshots, the lock, all or nothing."""
