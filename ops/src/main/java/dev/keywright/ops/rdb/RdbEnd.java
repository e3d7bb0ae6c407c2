package dev.keywright.ops.rdb;

/**
 * A file was read to its end.
 *
 * @param keys told
 * @param bytes of the RDB, its checksum included
 * @param checksum whether it was proven
 * @param tailBytes behind the RDB: an append-only file that begins with one goes on as commands, which are not read
 */
public record RdbEnd(RdbHeader header, long keys, long bytes, RdbCheck.Checksum checksum, long tailBytes) {}
