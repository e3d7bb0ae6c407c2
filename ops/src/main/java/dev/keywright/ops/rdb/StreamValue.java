package dev.keywright.ops.rdb;

import dev.keywright.ops.rdb.ElementSink.Role;
import java.io.IOException;

/** What streams are made of, in each of their generations. Source: {@code rdb.c}, {@code t_stream.c}. */
final class StreamValue {

    private static final int ID_BYTES = 16;
    private static final int TIME_BYTES = 8;
    private static final int PENDING_BYTES = ID_BYTES + TIME_BYTES;

    private static final int DELETED = 1;
    private static final int SAME_FIELDS = 2;

    private final RdbInput in;
    private final Teller teller;
    private final Listpack listpack = new Listpack();
    private final byte[] id = new byte[ID_BYTES];

    StreamValue(RdbInput in, Teller teller) {
        this.in = in;
        this.teller = teller;
    }

    /** @param generation 1 of Redis 5, 2 of 7.0, 3 of 7.2, 4 of 8.6 */
    void read(int generation) throws IOException {
        RdbValue value = teller.value();
        value.nodes = in.count(ID_BYTES + 2);
        for (long i = 0; i < value.nodes; i++) {
            node();
        }
        value.elements = in.unsigned();
        lengths(generation == 1 ? 2 : 7); // last id; then first id, highest deleted id, entries ever added
        value.groups = in.count(1);
        for (long i = 0; i < value.groups; i++) {
            group(generation);
        }
        if (generation >= 4) {
            producers();
        }
    }

    private void lengths(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            in.length();
        }
    }

    // --- nodes

    private void node() throws IOException {
        in.string();
        if (in.length != ID_BYTES) {
            throw in.damaged("the id of a stream's node has " + in.length + " bytes instead of " + ID_BYTES);
        }
        in.head(id);
        in.skipString();
        in.string();
        long bytes = in.length;
        if (teller.open(listpack)) {
            entries(bytes);
            return;
        }
        teller.peek(listpack, 1);
        if (teller.isTelling()) {
            told(bytes, RdbValue.UNKNOWN);
        }
    }

    private void told(long bytes, long entries) {
        teller.sink().streamNode(Packed.bigEndian(id, 0), Packed.bigEndian(id, Long.BYTES), bytes, entries);
    }

    /** First what entries have in common, then each. */
    private void entries(long bytes) throws IOException {
        told(bytes, teller.nextNumber(listpack));
        teller.nextNumber(listpack); // deleted ones
        long names = teller.nextNumber(listpack);
        tell(names, Role.NAME, true);
        teller.nextNumber(listpack); // no length of an entry: this is none
        while (listpack.next()) {
            entry(names);
        }
        teller.finish(listpack);
    }

    private void entry(long names) throws IOException {
        if (!listpack.integer) {
            throw teller.broken(listpack, "an entry of a stream has no flags");
        }
        long flags = listpack.number;
        boolean there = (flags & DELETED) == 0;
        teller.nextNumber(listpack); // milliseconds after the node's id
        teller.nextNumber(listpack); // sequence after the node's id
        if ((flags & SAME_FIELDS) != 0) {
            tell(names, Role.VALUE, there);
        } else {
            long own = teller.nextNumber(listpack);
            for (long i = 0; i < own; i++) {
                tell(1, Role.NAME, there);
                tell(1, Role.VALUE, there);
            }
        }
        teller.nextNumber(listpack); // how many parts it had
    }

    private void tell(long count, Role role, boolean there) throws IOException {
        for (long i = 0; i < count; i++) {
            teller.next(listpack);
            if (there) {
                teller.tell(listpack, role);
            }
        }
    }

    // --- groups

    private void group(int generation) throws IOException {
        in.string();
        long nameBytes = in.length;
        in.skipString();
        lengths(generation == 1 ? 2 : 3); // last id; then entries read
        long pending = in.count(PENDING_BYTES + 1);
        teller.value().pending += pending;
        if (teller.isTelling()) {
            teller.sink().group(nameBytes, pending);
        }
        for (long i = 0; i < pending; i++) {
            pending();
            in.skip(TIME_BYTES);
            in.length(); // deliveries
        }
        long consumers = in.count(2);
        teller.value().consumers += consumers;
        for (long i = 0; i < consumers; i++) {
            consumer(generation);
        }
    }

    private void consumer(int generation) throws IOException {
        in.string();
        long nameBytes = in.length;
        in.skipString();
        in.skip(generation >= 3 ? 2 * TIME_BYTES : TIME_BYTES); // seen; then active
        long pending = in.count(ID_BYTES);
        if (teller.isTelling()) {
            teller.sink().consumer(nameBytes, pending);
        }
        for (long i = 0; i < pending; i++) {
            pending();
        }
    }

    private void pending() throws IOException {
        long millis = Long.reverseBytes(in.little(Long.BYTES));
        long sequence = Long.reverseBytes(in.little(Long.BYTES));
        if (teller.isTelling()) {
            teller.sink().pending(millis, sequence);
        }
    }

    /** The ids that producers gave their entries. */
    private void producers() throws IOException {
        lengths(2); // how long, and how many are kept
        long producers = in.count(2);
        for (long i = 0; i < producers; i++) {
            in.passString();
            long ids = in.count(3);
            for (long k = 0; k < ids; k++) {
                in.passString();
                lengths(2);
            }
        }
        lengths(2); // ids ever added, and found twice
    }
}
