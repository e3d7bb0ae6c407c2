package dev.keywright.ops.persistence;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.keywright.ops.OpsException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What a server keeps on disk. */
public enum Persistence {
    /** Nothing: a restart begins empty. */
    NONE("none", false, false, "everysec"),
    /** Snapshots: a crash loses what came after the last one, minutes. */
    RDB("rdb", true, false, "everysec"),
    /** A log of all writes, on disk once a second: a crash loses about one second, two at worst. */
    AOF_EVERYSEC("aof-everysec", false, true, "everysec"),
    /** A log of all writes, on disk before the reply: a crash loses no acknowledged write of this server. */
    AOF_ALWAYS("aof-always", false, true, "always"),
    /** The log for recovery and snapshots to copy away. */
    RDB_AOF("rdb+aof", true, true, "everysec");

    private static final String SAVE_POINTS = "3600 1 300 100 60 10000";

    private final String id;
    private final boolean snapshots;
    private final boolean log;
    private final String fsync;

    Persistence(String id, boolean snapshots, boolean log, String fsync) {
        this.id = id;
        this.snapshots = snapshots;
        this.log = log;
        this.fsync = fsync;
    }

    /** As answers name it: {@code rdb+aof}. */
    @JsonValue
    public String id() {
        return id;
    }

    /** Whether snapshots are written by time. */
    public boolean snapshots() {
        return snapshots;
    }

    /** Whether every write is logged. */
    public boolean log() {
        return log;
    }

    /** The value of {@code appendfsync}. */
    public String fsync() {
        return fsync;
    }

    /** The value of {@code appendonly}. */
    public String appendonly() {
        return log ? "yes" : "no";
    }

    /** The value of {@code save}, without quotes; empty for none. */
    public String savePoints() {
        return snapshots ? SAVE_POINTS : "";
    }

    /** @throws OpsException when there is none of that name */
    @JsonCreator
    public static Persistence of(String id) {
        return Arrays.stream(values())
                .filter(one -> one.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new OpsException("There is no persistence " + id + ". Give "
                        + Arrays.stream(values()).map(Persistence::id).collect(Collectors.joining(", ")) + "."));
    }

    @Override
    public String toString() {
        return id;
    }
}
