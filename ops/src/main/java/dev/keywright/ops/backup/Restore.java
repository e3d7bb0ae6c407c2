package dev.keywright.ops.backup;

import dev.keywright.connection.RedisUri;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.rdb.RdbCheck;
import dev.keywright.ops.rdb.RdbKeys;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Puts a backup set into running servers, key by key, and proves what is there afterwards.
 * <ul>
 *   <li>Way: each file is checked and counted; then its keys are sent with RESTORE, as they stand in the file, to whoever serves
 *       their slot; so a set of three shards goes into one server or into five. Databases and functions are kept.
 *   <li>TTLs: the moment a key expires stays the same. Keys whose time has come since the backup are not restored, and counted.
 *   <li>Needs: memory for some megabytes and the largest value; Redis 5.0 or newer as the target.
 *   <li>Failure: {@link OpsException}. Nothing that was restored is taken back; running it again with {@code replace} goes on.
 * </ul>
 */
public final class Restore {

    /** What to do about keys that are there. */
    public enum Existing {
        /** Do not begin. */
        REFUSE,
        /** Overwrite keys of the same names and keep the others. */
        REPLACE,
        /** Remove all keys and functions first. */
        FLUSH
    }

    /** How it is proved. */
    public enum Proof {
        /** Counts per database. */
        COUNTS,
        /** Counts, and the values and TTLs of up to a thousand keys. */
        SAMPLE,
        /** Counts, and the value and TTL of every key. */
        EVERY_KEY
    }

    /**
     * @param number of the database
     * @param inSet keys in the backup
     * @param restored keys the target accepted
     * @param over keys of the backup whose time was over
     * @param onTarget keys the target counts afterwards
     */
    public record Database(int number, long inSet, long restored, long over, long onTarget) {}

    /**
     * @param set where the backup lies
     * @param target without user and password
     * @param bytes of payloads
     * @param proof how it was proved
     * @param compared how many keys
     * @param differing the first 20 keys that are not as in the set
     * @param countsHold whether the target counts what it accepted
     */
    public record Result(
            String set,
            String target,
            List<Database> databases,
            long keys,
            long bytes,
            double seconds,
            double proofSeconds,
            Proof proof,
            long compared,
            List<String> differing,
            boolean countsHold,
            List<String> notes) {

        public boolean holds() {
            return countsHold && differing.isEmpty();
        }
    }

    private static final int SAMPLES = 1_000;
    private static final Duration LOOK = Duration.ofMillis(50);
    /** Others may free memory all the time; then enough will be free. */
    private static final Duration FREEING = Duration.ofMinutes(10);

    private final BackupSets.Kept set;
    private final Target target;
    private final Existing existing;
    private final Proof proof;
    private final Consumer<String> progress;
    private final List<Content> contents;
    private final Transfer transfer;
    private final List<String> notes = new ArrayList<>();

    private Restore(
            BackupSets.Kept set,
            List<Content> contents,
            Target target,
            Existing existing,
            Proof proof,
            Consumer<String> progress) {
        this.set = set;
        this.contents = contents;
        this.target = target;
        this.existing = existing;
        this.proof = proof;
        this.progress = progress;
        this.transfer = new Transfer(target, keysInSet(), progress);
    }

    /**
     * @param path a set, or the folder that holds sets: then the newest good one
     * @param progress is told in a few words what happens
     * @throws OpsException when the set is damaged, the target is not empty, or it cannot take the data
     */
    public static Result run(Path path, String uri, Existing existing, Proof proof, Consumer<String> progress) {
        BackupSets.Kept set = BackupSets.find(path);
        List<Content> contents = contents(set, progress);
        try (Target target = Target.open(uri)) {
            Restore restore = new Restore(set, contents, target, existing, proof, progress);
            try {
                return restore.run();
            } catch (IOException e) {
                throw new OpsException(
                        "The restore broke off: " + e.getMessage() + " (" + target + "). " + restore.transfer.keys()
                                + " keys are there and stay. Run it again with --replace to go on.",
                        e);
            }
        } catch (Wire.Refused e) {
            throw new OpsException(
                    "The restore cannot be done: " + e.getMessage() + " (" + RedisUri.parse(uri)
                            + "). Mend that and run it again; if keys are there already, with --replace.",
                    e);
        }
    }

    /** Reads every file of the set to its end before anything is touched. */
    private static List<Content> contents(BackupSets.Kept set, Consumer<String> progress) {
        List<Content> contents = new ArrayList<>();
        for (Manifest.Shard shard : set.manifest().shards()) {
            progress.accept("checking " + shard.file());
            Path file = set.folder().resolve(shard.file());
            try {
                contents.add(Content.of(set.folder(), shard));
            } catch (RdbKeys.Unknown e) {
                throw new OpsException(
                        file + " is whole, but " + e.getMessage() + " (RDB version " + shard.rdbVersion()
                                + "). Nothing was restored. Let a server load the file, or use a newer Keywright.",
                        e);
            } catch (RdbCheck.Damaged e) {
                throw new OpsException(
                        file + " is damaged: " + e.getMessage() + ". Nothing was restored. Use another backup set.", e);
            } catch (IOException e) {
                throw new OpsException(
                        file + " cannot be read: " + e.getMessage() + ". Nothing was restored. Use another backup set.",
                        e);
            }
        }
        return contents;
    }

    private Result run() throws IOException {
        requireRoom();
        requireReadable();
        flush();
        boolean wasEmpty =
                target.states().stream().allMatch(state -> state.databases().isEmpty());
        long begun = System.nanoTime();
        functions();
        for (Content each : contents) {
            read(each, transfer);
        }
        transfer.finish();
        double seconds = (System.nanoTime() - begun) / 1e9;
        List<Database> databases = databases(target.states());
        boolean countsHold = countsHold(databases, wasEmpty);
        long proofBegun = System.nanoTime();
        try (Comparison comparison = new Comparison(target, proof == Proof.SAMPLE ? every() : 1)) {
            prove(comparison);
            return new Result(
                    set.folder().toString(),
                    target.toString(),
                    databases,
                    transfer.keys(),
                    transfer.bytes(),
                    rounded(seconds),
                    rounded((System.nanoTime() - proofBegun) / 1e9),
                    proof,
                    comparison.compared(),
                    comparison.differing(),
                    countsHold,
                    List.copyOf(notes));
        }
    }

    private void read(Content content, RdbKeys.Visitor visitor) throws IOException {
        StoredFile.read(set.folder(), content.shard(), rdb -> RdbKeys.read(rdb, visitor));
    }

    private static double rounded(double seconds) {
        return Math.round(seconds * 1e3) / 1e3;
    }

    private Stream<Manifest.Database> held() {
        return contents.stream().flatMap(content -> content.databases().stream());
    }

    private long keysInSet() {
        return held().mapToLong(Manifest.Database::keys).sum();
    }

    /** So that a sample has a thousand keys, spread over all of them. */
    private long every() {
        return Math.max(1, keysInSet() / SAMPLES);
    }

    // --- before the first key

    private void requireRoom() throws IOException {
        if (target.isCluster() && held().anyMatch(each -> each.number() > 0)) {
            throw new OpsException("The set holds keys outside database 0, and a cluster has no other (" + set.folder()
                    + " to " + target + "). Restore into a server that is no cluster.");
        }
        for (Owner owner : target.owners()) {
            State state = State.of(owner.wire());
            if (state.isReplica()) {
                throw new OpsException("The target is a replica (" + owner + "). Give its primary.");
            }
            if (existing == Existing.REFUSE && !state.databases().isEmpty()) {
                long there = state.databases().stream()
                        .mapToLong(Manifest.Database::keys)
                        .sum();
                throw new OpsException("The target holds " + there + " keys (" + owner
                        + "). Choose --replace to overwrite keys of the same names, or --flush to remove all first.");
            }
        }
    }

    /** A payload carries the version of its format, and older servers refuse newer ones. */
    private void requireReadable() throws IOException {
        for (Owner owner : target.owners()) {
            int reads = payloadVersion(owner.wire());
            for (Content content : contents) {
                if (reads < content.version()) {
                    throw new OpsException("The target is too old for the data: it reads RDB version " + reads + " ("
                            + State.of(owner.wire()).version() + " on " + owner + "), and "
                            + content.shard().file() + " is of version " + content.version()
                            + ". Nothing was changed. Restore into a newer server.");
                }
            }
        }
    }

    /** As the payload of all functions tells it, even of none: two bytes before its checksum. Before 7.0 it was 9. */
    private static int payloadVersion(Wire wire) throws IOException {
        if (wire.call("FUNCTION", "DUMP") instanceof Answer.Bulk bulk) {
            byte[] payload = bulk.bytes();
            int at = payload.length - Long.BYTES - Short.BYTES;
            return payload[at] & 0xff | (payload[at + 1] & 0xff) << 8;
        }
        return State.of(wire).version().startsWith("7") ? 10 : 9;
    }

    /** Without blocking the server, and not before every file has been read and the target has proved to read it. */
    private void flush() throws IOException {
        if (existing != Existing.FLUSH) {
            return;
        }
        progress.accept("removing all keys of the target");
        for (Owner owner : target.owners()) {
            owner.wire().ask("FLUSHALL", "ASYNC");
            owner.wire().call("FUNCTION", "FLUSH");
        }
        for (Owner owner : target.owners()) {
            awaitFreed(owner);
        }
    }

    /** As long as the memory of what was removed is not free, {@code maxmemory} may refuse what comes. */
    private static void awaitFreed(Owner owner) throws IOException {
        long deadline = System.nanoTime() + FREEING.toNanos();
        while (State.of(owner.wire()).number("lazyfree_pending_objects") > 0 && System.nanoTime() - deadline < 0) {
            if (Thread.currentThread().isInterrupted()) {
                throw new IOException("interrupted while the target removed its keys");
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    /** Every shard of a cluster holds the same ones. */
    private void functions() throws IOException {
        String policy = existing == Existing.REPLACE ? "REPLACE" : "APPEND";
        for (Content content : contents) {
            if (content.functions().length > 0) {
                for (Owner owner : target.owners()) {
                    restore(content.functions(), policy, owner);
                }
                policy = "REPLACE";
            }
        }
    }

    private static void restore(byte[] functions, String policy, Owner owner) throws IOException {
        Wire to = owner.wire();
        to.begin(4);
        to.word("FUNCTION");
        to.word("RESTORE");
        to.word(functions);
        to.word(policy);
        to.flush();
        if (to.read() instanceof Answer.Failed failed) {
            throw new OpsException("The target refused the set's functions: " + failed.text() + " (" + owner
                    + "). Choose --replace to overwrite functions of the same names.");
        }
    }

    // --- after the last key

    private List<Database> databases(List<State> after) {
        Map<Integer, Long> inSet = new TreeMap<>();
        held().forEach(each -> inSet.merge(each.number(), each.keys(), Long::sum));
        List<Database> databases = new ArrayList<>();
        inSet.forEach((number, keys) -> {
            long there = after.stream()
                    .flatMap(state -> state.databases().stream())
                    .filter(database -> database.number() == number)
                    .mapToLong(Manifest.Database::keys)
                    .sum();
            Transfer.Tally tally = transfer.tally(number);
            databases.add(new Database(number, keys, tally.restored(), tally.over(), there));
        });
        return List.copyOf(databases);
    }

    /**
     * Whether the target counts what it accepted: as many where it was empty before, else at least as many; but for keys whose time
     * has come since they were sent.
     */
    private boolean countsHold(List<Database> databases, boolean wasEmpty) {
        boolean holds = true;
        for (Database each : databases) {
            long missing = each.restored() - each.onTarget();
            long mayBeGone = transfer.tally(each.number()).mayBeGone(System.currentTimeMillis());
            holds &= missing <= mayBeGone && (!wasEmpty || missing >= 0);
            if (missing > 0 && missing <= mayBeGone) {
                notes.add(missing + " keys of database " + each.number() + " came to their end meanwhile");
            }
        }
        if (!wasEmpty) {
            notes.add("The target held other keys before, so it may count more than were restored");
        }
        return holds;
    }

    private void prove(Comparison comparison) throws IOException {
        if (proof != Proof.COUNTS) {
            progress.accept("comparing keys");
            for (Content each : contents) {
                read(each, comparison);
            }
            comparison.finish();
            notes.addAll(comparison.notes());
        }
    }

    // --- servers of its own

    /**
     * What to start to get a topology like the one that was backed up.
     *
     * @param set the set's folder
     * @param shards primaries; 1 where there is no cluster
     * @param replicas of each
     */
    public record Shape(Path set, Manifest.Layout layout, int shards, int replicas) {

        /** @param path a set, or the folder that holds sets: then the newest good one */
        public static Shape of(Path path) {
            BackupSets.Kept set = BackupSets.find(path);
            Manifest manifest = set.manifest();
            int replicas = manifest.shards().get(0).replicas();
            return new Shape(
                    set.folder(),
                    manifest.layout(),
                    manifest.shards().size(),
                    manifest.layout() == Manifest.Layout.REPLICATION ? Math.max(1, replicas) : replicas);
        }
    }

    /**
     * Unpacks the set of a single server as {@code dump.rdb}, which a server started there loads.
     *
     * @param set its folder
     * @throws OpsException when the set is damaged, the folder holds such a file already or is full; then nothing is left there
     */
    public static void unpack(Path set, Path folder) {
        BackupSets.Kept kept = BackupSets.find(set);
        Manifest.Shard shard = kept.manifest().shards().get(0);
        Path rdb = folder.resolve("dump.rdb");
        if (Files.exists(rdb)) {
            throw new OpsException(rdb + " is there already. Choose another folder, or remove it.");
        }
        boolean whole = false;
        try {
            Private.folder(folder);
            PrivateServer.unpack(kept.folder(), shard, rdb);
            whole = true;
        } catch (IOException e) {
            throw new OpsException(
                    "The set cannot be unpacked: " + e.getMessage() + " (" + rdb + "). Free space there.", e);
        } finally {
            if (!whole) {
                removeUnpacked(folder);
            }
        }
    }

    /** Takes {@link #unpack} back, after a server did not start on it. */
    public static void removeUnpacked(Path folder) {
        try {
            Files.deleteIfExists(folder.resolve("dump.rdb"));
        } catch (IOException e) {
            // What went wrong before is told.
        }
    }
}
