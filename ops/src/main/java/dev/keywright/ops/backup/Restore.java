package dev.keywright.ops.backup;

import dev.keywright.ops.OpsException;
import dev.keywright.server.Cluster;
import dev.keywright.server.Redis;
import dev.keywright.server.Replication;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Puts a backup set into running servers, key by key, and proves what is there afterwards.
 * <ul>
 *   <li>Way: each file is checked, loaded into a private server, and its keys are sent with DUMP and RESTORE to whoever serves
 *       their slot; so a set of three shards goes into one server or into five. Databases and functions are kept.
 *   <li>TTLs: the moment a key expires stays the same. Keys whose time has come since the backup are not restored, and counted.
 *   <li>Needs: memory for the largest shard and disk for its RDB, on this machine; Redis 5.0 or newer as the target.
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

    private final BackupSets.Kept set;
    private final Target target;
    private final Existing existing;
    private final Proof proof;
    private final Consumer<String> progress;
    private final List<String> notes = new ArrayList<>();
    private final Map<Integer, Database> databases = new HashMap<>();
    private final List<String> differing = new ArrayList<>();
    private long keys;
    private long bytes;
    private long compared;
    private long proofNanos;
    private boolean functionsSent;
    private boolean flushed;
    /** The target before the first key was sent. */
    private List<State> before = List.of();

    private Restore(BackupSets.Kept set, Target target, Existing existing, Proof proof, Consumer<String> progress) {
        this.set = set;
        this.target = target;
        this.existing = existing;
        this.proof = proof;
        this.progress = progress;
    }

    /**
     * @param path a set, or the folder that holds sets: then the newest good one
     * @param progress is told in a few words what happens
     * @throws OpsException when the set is damaged, the target is not empty, or it cannot take the data
     */
    public static Result run(Path path, String uri, Existing existing, Proof proof, Consumer<String> progress) {
        BackupSets.Kept set = BackupSets.find(path);
        verify(set, progress);
        try (Target target = Target.open(uri)) {
            Restore restore = new Restore(set, target, existing, proof, progress);
            try {
                return restore.run();
            } catch (IOException e) {
                throw new OpsException(
                        "The restore broke off: " + e.getMessage() + " (" + target + "). " + restore.keys
                                + " keys are there and stay. Run it again with --replace to go on.",
                        e);
            }
        } catch (IOException | Wire.Refused e) {
            throw new OpsException(
                    "The restore cannot be done: " + e.getMessage() + " (" + Access.hidden(uri)
                            + "). Mend that and run it again; if keys are there already, with --replace.",
                    e);
        }
    }

    /** Reads every file of the set to its end before anything is touched. */
    private static void verify(BackupSets.Kept set, Consumer<String> progress) {
        for (Manifest.Shard shard : set.manifest().shards()) {
            progress.accept("checking " + shard.file());
            try {
                StoredFile.read(set.folder(), shard, OutputStream.nullOutputStream());
            } catch (RdbCheck.Damaged e) {
                throw new OpsException(
                        set.folder().resolve(shard.file()) + " is damaged: " + e.getMessage()
                                + ". Nothing was restored. Use another backup set.",
                        e);
            } catch (IOException e) {
                throw new OpsException(
                        set.folder().resolve(shard.file()) + " cannot be read: " + e.getMessage()
                                + ". Nothing was restored. Use another backup set.",
                        e);
            }
        }
    }

    private Result run() throws IOException {
        requireRoom();
        before = target.states();
        long begun = System.nanoTime();
        for (Manifest.Shard shard : set.manifest().shards()) {
            restore(shard);
        }
        double seconds = (System.nanoTime() - begun - proofNanos) / 1e9;
        boolean countsHold = counted(target.states());
        return new Result(
                set.folder().toString(),
                target.toString(),
                databases.values().stream()
                        .sorted((a, b) -> Integer.compare(a.number(), b.number()))
                        .toList(),
                keys,
                bytes,
                rounded(seconds),
                rounded(proofNanos / 1e9),
                proof,
                compared,
                List.copyOf(differing),
                countsHold,
                List.copyOf(notes));
    }

    private static double rounded(double seconds) {
        return Math.round(seconds * 1e3) / 1e3;
    }

    private void requireRoom() throws IOException {
        List<Manifest.Database> held = set.manifest().shards().stream()
                .flatMap(shard -> shard.databases().stream())
                .toList();
        if (target.isCluster() && held.stream().anyMatch(each -> each.number() > 0)) {
            throw new OpsException("The set holds keys outside database 0, and a cluster has no other (" + set.folder()
                    + " to " + target + "). Restore into a server that is no cluster.");
        }
        for (Target.Owner owner : target.owners()) {
            State state = State.of(owner.wire());
            if (state.isReplica()) {
                throw new OpsException("The target is a replica (" + owner.wire() + "). Give its primary.");
            }
            if (existing == Existing.REFUSE && !state.databases().isEmpty()) {
                long there = state.databases().stream()
                        .mapToLong(Manifest.Database::keys)
                        .sum();
                throw new OpsException("The target holds " + there + " keys (" + owner.wire()
                        + "). Choose --replace to overwrite keys of the same names, or --flush to remove all first.");
            }
        }
    }

    // --- one file

    private void restore(Manifest.Shard shard) throws IOException {
        progress.accept("loading " + shard.file() + " into a private server");
        Path room = Files.createTempDirectory("keywright-restore-");
        try (PrivateServer server = PrivateServer.load(set.folder(), shard, room)) {
            requireReadable(shard, server.wire());
            flushOnce();
            functions(server.wire());
            List<Manifest.Database> held = State.of(server.wire()).databases();
            for (Manifest.Database database : held) {
                restore(database, server.wire());
            }
        } catch (PrivateServer.TooNew e) {
            throw new OpsException(
                    shard.file() + " cannot be loaded here: " + e.getMessage() + " (" + shard.rdbVersion()
                            + "). Install a newer server and name it with KEYWRIGHT_SERVER.",
                    e);
        } finally {
            Files.deleteIfExists(room);
        }
    }

    /** Not before a file has been loaded and the target has proved to read it: else both would be lost. */
    private void flushOnce() throws IOException {
        if (existing != Existing.FLUSH || flushed) {
            return;
        }
        for (Target.Owner owner : target.owners()) {
            owner.wire().ask("FLUSHALL");
            owner.wire().call("FUNCTION", "FLUSH");
        }
        flushed = true;
        before = target.states();
    }

    /** A payload carries the version of its format, and older servers refuse newer ones. */
    private void requireReadable(Manifest.Shard shard, Wire from) throws IOException {
        int sent = payloadVersion(from);
        for (Target.Owner owner : target.owners()) {
            int reads = payloadVersion(owner.wire());
            if (reads < sent) {
                throw new OpsException("The target is too old for the data: it reads RDB version " + reads + " ("
                        + State.of(owner.wire()).version() + " on " + owner.wire() + "), " + shard.file()
                        + " is of version "
                        + shard.rdbVersion() + " and is sent by " + PrivateServer.name() + " as version " + sent
                        + ". Restore into a newer server, or name an older one that reads the file with"
                        + " KEYWRIGHT_SERVER.");
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

    /** Every shard of a cluster holds the same ones. */
    private void functions(Wire from) throws IOException {
        boolean some = from.call("FUNCTION", "LIST") instanceof Answer.Many list
                && !list.items().isEmpty();
        if (!some || !(from.call("FUNCTION", "DUMP") instanceof Answer.Bulk payload)) {
            return;
        }
        String policy = functionsSent || existing == Existing.REPLACE ? "REPLACE" : "APPEND";
        for (Target.Owner owner : target.owners()) {
            Wire to = owner.wire();
            to.begin(4);
            to.word("FUNCTION");
            to.word("RESTORE");
            to.word(payload.bytes());
            to.word(policy);
            to.flush();
            if (to.read() instanceof Answer.Failed failed) {
                throw new OpsException("The target refused the set's functions: " + failed.text() + " (" + to
                        + "). Choose --replace to overwrite functions of the same names.");
            }
        }
        functionsSent = true;
    }

    private void restore(Manifest.Database held, Wire from) throws IOException {
        from.ask("SELECT", Integer.toString(held.number()));
        target.select(held.number());
        Transfer transfer = new Transfer(from, target, progress);
        try {
            transfer.copy(held.number(), held.keys());
        } finally {
            keys += transfer.keys();
            bytes += transfer.bytes();
        }
        Database one = new Database(held.number(), held.keys(), transfer.keys(), held.keys() - transfer.keys(), 0);
        databases.merge(held.number(), one, Restore::sum);
        long begun = System.nanoTime();
        prove(from, transfer);
        proofNanos += System.nanoTime() - begun;
    }

    private void prove(Wire from, Transfer transfer) throws IOException {
        if (proof == Proof.COUNTS) {
            return;
        }
        progress.accept("comparing keys");
        Comparison comparison = new Comparison(from, target);
        if (proof == Proof.EVERY_KEY) {
            comparison.everyKey();
        } else {
            comparison.these(transfer.samples());
        }
        compared += comparison.compared();
        differing.addAll(comparison.differing());
        if (comparison.different() > 0) {
            notes.add(comparison.different() + " keys are not as in the set: written to meanwhile, or lost");
        }
    }

    private static Database sum(Database a, Database b) {
        return new Database(a.number(), a.inSet() + b.inSet(), a.restored() + b.restored(), a.over() + b.over(), 0);
    }

    /**
     * Puts what the target counts beside what it accepted. Equal where it was empty before, but for keys that expired on it since;
     * where it was not, it must hold at least as many.
     */
    private boolean counted(List<State> after) {
        boolean wasEmpty = before.stream().allMatch(state -> state.databases().isEmpty());
        long expired = sum(after, "expired_keys") - sum(before, "expired_keys");
        boolean holds = true;
        for (Database each : List.copyOf(databases.values())) {
            long there = after.stream()
                    .flatMap(state -> state.databases().stream())
                    .filter(database -> database.number() == each.number())
                    .mapToLong(Manifest.Database::keys)
                    .sum();
            databases.put(
                    each.number(), new Database(each.number(), each.inSet(), each.restored(), each.over(), there));
            boolean enough = there + expired >= each.restored();
            holds &= enough && (!wasEmpty || there <= each.restored());
        }
        if (!wasEmpty) {
            notes.add("The target held other keys before, so it may count more than were restored");
        }
        if (expired > 0) {
            notes.add(expired + " keys expired on the target meanwhile");
        }
        return holds;
    }

    private static long sum(List<State> states, String field) {
        return states.stream().mapToLong(state -> state.number(field)).sum();
    }

    // --- servers of its own

    /**
     * Starts servers on this machine with the data of a set, in the topology that was backed up. The caller closes them; changes
     * made meanwhile are lost then.
     *
     * @param place for the data of a single server, which stay; not used for several servers
     */
    public static Redis startFrom(Path sets, Path place, Consumer<String> progress) {
        BackupSets.Kept set = BackupSets.find(sets);
        Manifest manifest = set.manifest();
        int replicas = manifest.shards().get(0).replicas();
        return switch (manifest.layout()) {
            case STANDALONE -> startOne(set, place, progress);
            case REPLICATION -> filled(Replication.start(Math.max(1, replicas)), set, progress);
            case CLUSTER -> filled(Cluster.start(manifest.shards().size(), replicas), set, progress);
        };
    }

    private static Redis startOne(BackupSets.Kept set, Path folder, Consumer<String> progress) {
        Manifest.Shard shard = set.manifest().shards().get(0);
        Path rdb = folder.resolve("dump.rdb");
        if (Files.exists(rdb)) {
            throw new OpsException(rdb + " is there already. Choose another folder, or remove it.");
        }
        progress.accept("unpacking " + shard.file());
        try {
            Files.createDirectories(folder);
            PrivateServer.unpack(set.folder(), shard, rdb);
        } catch (IOException e) {
            throw new OpsException(
                    "The set cannot be unpacked: " + e.getMessage() + " (" + rdb + "). Free space there.", e);
        }
        progress.accept("loading " + shard.file());
        return Standalone.start(ServerOptions.DEFAULTS.withFolder(folder));
    }

    private static Redis filled(Redis started, BackupSets.Kept set, Consumer<String> progress) {
        try {
            run(set.folder(), started.uri(), Existing.REFUSE, Proof.SAMPLE, progress);
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }
}
