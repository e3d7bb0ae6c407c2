package dev.keywright.ops.backup;

/** How the files of a backup set are stored. */
public enum Compression {
    NONE(".rdb"),
    /** Level 1: about the speed of a disk, and RDB files that Redis compressed already still shrink. */
    ZSTD(".rdb.zst");

    private final String suffix;

    Compression(String suffix) {
        this.suffix = suffix;
    }

    String suffix() {
        return suffix;
    }
}
