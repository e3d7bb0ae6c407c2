package dev.keywright.ops.analysis.dump;

import dev.keywright.ops.memory.Allocator;
import dev.keywright.ops.memory.Encodings;
import dev.keywright.ops.memory.History;
import dev.keywright.ops.memory.Limits;
import dev.keywright.ops.memory.Version;
import java.time.Instant;
import java.util.Optional;

/**
 * Which server a dump's keys are reckoned for.
 *
 * @param allocator none for jemalloc with a quantum of 8 bytes
 * @param version none for that of the server that wrote the file
 * @param encodings whether values keep the forms they are stored in
 * @param limits up to where collections are compact, where {@code encodings} go by them
 * @param history {@link History#LOADED} for a server that reads the file; {@link History#GROWN} for the one that wrote it, had it
 *     been written to command by command
 * @param slots that the node serves; 0 outside of a cluster
 * @param sharesIntegers whether integers below 10,000 take nothing: so unless {@code maxmemory} is set with an LRU or LFU policy
 * @param loadedAt keys that are over by then are told, and take no part in the totals; none to count all
 * @param shapes whether it is told what values look like
 */
public record DumpOptions(
        Optional<Allocator> allocator,
        Optional<Version> version,
        Encodings encodings,
        Limits limits,
        History history,
        int slots,
        boolean sharesIntegers,
        Optional<Instant> loadedAt,
        boolean shapes) {

    /** The server that wrote the file, as it is after a restart that keeps all encodings. */
    public static final DumpOptions DEFAULTS = new DumpOptions(
            Optional.empty(),
            Optional.empty(),
            Encodings.STORED,
            Limits.DEFAULTS,
            History.LOADED,
            0,
            true,
            Optional.empty(),
            true);

    public DumpOptions withAllocator(Allocator other) {
        return new DumpOptions(
                Optional.of(other), version, encodings, limits, history, slots, sharesIntegers, loadedAt, shapes);
    }

    public DumpOptions withVersion(Version other) {
        return new DumpOptions(
                allocator, Optional.of(other), encodings, limits, history, slots, sharesIntegers, loadedAt, shapes);
    }

    /** As a server with these limits loads the file. */
    public DumpOptions withLimits(Limits other) {
        return new DumpOptions(
                allocator, version, Encodings.BY_LIMITS, other, history, slots, sharesIntegers, loadedAt, shapes);
    }

    public DumpOptions withHistory(History other) {
        return new DumpOptions(allocator, version, encodings, limits, other, slots, sharesIntegers, loadedAt, shapes);
    }

    public DumpOptions withSlots(int served) {
        return new DumpOptions(
                allocator, version, encodings, limits, history, served, sharesIntegers, loadedAt, shapes);
    }

    public DumpOptions withSharedIntegers(boolean shared) {
        return new DumpOptions(allocator, version, encodings, limits, history, slots, shared, loadedAt, shapes);
    }

    public DumpOptions withLoadedAt(Instant moment) {
        return new DumpOptions(
                allocator, version, encodings, limits, history, slots, sharesIntegers, Optional.of(moment), shapes);
    }

    /** Without a look at what values consist of, which makes reading faster; {@code Key.shape} is then null. */
    public DumpOptions withoutShapes() {
        return new DumpOptions(allocator, version, encodings, limits, history, slots, sharesIntegers, loadedAt, false);
    }
}
