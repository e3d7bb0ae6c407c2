package dev.keywright.ops.analysis.dump;

import dev.keywright.ops.memory.Profile;
import dev.keywright.ops.rdb.RdbCheck;
import dev.keywright.ops.rdb.RdbHeader;
import java.util.List;
import java.util.Optional;

/**
 * What was read of a dump.
 *
 * @param header what the file says of itself
 * @param profile the server that all bytes are reckoned for
 * @param assumptions sentences for a person: what of the profile the file does not tell
 * @param databases those with keys, in the file's order; beyond a thousand the others are one, {@link #OTHER_DATABASES}
 * @param libraries of functions
 * @param totals of the keys that were read
 * @param checksum whether the file proved its own; none when it was not read to its end
 * @param damage why it was not; what was read before stands
 * @param tailBytes behind the dump, as in an append-only file that begins with one; they are not read
 */
public record Dump(
        RdbHeader header,
        Profile profile,
        List<String> assumptions,
        List<Database> databases,
        long libraries,
        Totals totals,
        Optional<RdbCheck.Checksum> checksum,
        Optional<Damage> damage,
        long tailBytes) {

    /** The number of the last {@link Database}, when there are too many. */
    public static final int OTHER_DATABASES = -1;

    public Dump {
        assumptions = List.copyOf(assumptions);
        databases = List.copyOf(databases);
    }

    /**
     * One database.
     *
     * @param expiring keys with a TTL
     * @param over keys not counted, since their time is over
     */
    public record Database(int number, long keys, long expiring, long over) {}

    /**
     * Where a file breaks off.
     *
     * @param reason of {@link dev.keywright.ops.rdb.RdbFailure}, or {@code UNREADABLE} where the disk gives no more of the file
     * @param offset of the byte at which it was seen; -1 where it is not known
     * @param recordOffset where the record begins that cannot be read; -1 where it is not known
     */
    public record Damage(String reason, String message, long offset, long recordOffset) {}

    public long keys() {
        return databases.stream().mapToLong(Database::keys).sum();
    }
}
