package dev.keywright.ops.backup;

import dev.keywright.connection.Connection;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.rdb.RdbCheck;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Takes the data of running servers into a folder as one set, proved before it counts as one.
 * <ul>
 *   <li>Read from a replica whose link is up, where there is one, by the replication protocol; nothing runs on the host.
 *   <li>Checked: the RDB's own checksum while it comes; the stored file by loading it into a private server, with its key counts.
 *   <li>A cluster is one set: a file per primary, with its slots. Servers on different hosts are read at the same time, servers on
 *       one host one after the other, so that one fork at a time costs that host memory.
 *   <li>Failure: {@link OpsException}. What was got lies in a folder {@code ID.partial}; older sets are untouched, and nothing works
 *       on in the background.
 *   <li>Files and folders it makes are for their owner's eyes only.
 *   <li>Threads: several backups may go to one folder at the same time.
 * </ul>
 */
public final class Backup {

    /**
     * @param loadCheck load each file into a private server and compare the key counts
     * @param resume go on with the newest unfinished set of the same servers: complete shards are kept
     * @param aof copy the parts of the AOF too, from servers on this machine
     * @param allowPartial accept a cluster some of whose slots are not served or move
     * @param keep remove older sets of the same servers beyond this many
     * @param keepFor remove older sets of the same servers beyond this age; with {@code keep}, only what neither keeps
     */
    public record Options(
            Compression compression,
            boolean loadCheck,
            boolean resume,
            boolean aof,
            boolean allowPartial,
            Optional<Integer> keep,
            Optional<Duration> keepFor) {

        public static final Options DEFAULTS =
                new Options(Compression.ZSTD, true, false, false, false, Optional.empty(), Optional.empty());

        public Options {
            keep.filter(most -> most < 1).ifPresent(most -> {
                throw new IllegalArgumentException("keep is " + most + "; give 1 or more");
            });
        }

        public Options withCompression(Compression other) {
            return new Options(other, loadCheck, resume, aof, allowPartial, keep, keepFor);
        }

        public Options withLoadCheck(boolean wanted) {
            return new Options(compression, wanted, resume, aof, allowPartial, keep, keepFor);
        }

        public Options withResume(boolean wanted) {
            return new Options(compression, loadCheck, wanted, aof, allowPartial, keep, keepFor);
        }

        public Options withAof(boolean wanted) {
            return new Options(compression, loadCheck, resume, wanted, allowPartial, keep, keepFor);
        }

        public Options withRetention(Optional<Integer> count, Optional<Duration> age) {
            return new Options(compression, loadCheck, resume, aof, allowPartial, count, age);
        }
    }

    /**
     * @param folder of the new set
     * @param removed ids of older sets that no rule keeps
     * @param notes what went wrong after the set was complete; the set itself is good
     */
    public record Result(String folder, Manifest manifest, List<String> removed, List<String> notes) {}

    private static final long PROGRESS_NANOS = Duration.ofMillis(200).toNanos();

    private final Path folder;
    private final Options options;
    private final Consumer<String> progress;
    private final StoredFile.Disk disk;
    private final InstantSource clock;
    private final Access access;
    private final Crew crew = new Crew();
    private final List<String> notes = Collections.synchronizedList(new ArrayList<>());

    private Backup(
            String uri,
            Path folder,
            Options options,
            Consumer<String> progress,
            StoredFile.Disk disk,
            InstantSource clock) {
        this.folder = folder;
        this.options = options;
        this.progress = progress;
        this.disk = disk;
        this.clock = clock;
        this.access = Access.of(uri);
    }

    /**
     * Takes a backup and returns when it is complete, checked and safe on the disk.
     *
     * @param folder made when missing; one folder may hold sets of many servers
     * @param progress is told in a few words what happens, from several threads
     * @throws OpsException when there is no backup now; older ones are untouched
     */
    public static Result run(String uri, Path folder, Options options, Consumer<String> progress) {
        return run(uri, folder, options, progress, StoredFile.DISK, InstantSource.system());
    }

    static Result run(
            String uri,
            Path folder,
            Options options,
            Consumer<String> progress,
            StoredFile.Disk disk,
            InstantSource clock) {
        try (Connection connection = Connection.open(uri)) {
            return new Backup(uri, folder, options, progress, disk, clock).take(connection);
        } catch (IOException e) {
            throw new OpsException(
                    "The backup was given up: " + e.getMessage() + " (" + folder
                            + "). Check servers and folder, then run it again.",
                    e);
        }
    }

    private Result take(Connection connection) throws IOException {
        Instant now = clock.instant();
        String source = connection.toString();
        progress.accept("looking at " + source);
        List<Origin> origins = origins(connection);
        Draft.Plan plan =
                new Draft.Plan(source, origins.stream().map(Origin::slots).toList(), text(now));
        BackupSets sets = new BackupSets(folder);
        try (Draft draft = draft(sets, plan)) {
            List<Manifest.Shard> shards = shards(origins, draft);
            requireSameSlots(connection, plan);
            Manifest manifest = manifest(draft, origins, shards, sets);
            Path whole = draft.publish(manifest);
            return pruned(whole, manifest, sets);
        }
    }

    /** The newest draft that can be gone on with, when that is wanted and there is one; else a new one. */
    private Draft draft(BackupSets sets, Draft.Plan plan) throws IOException {
        Optional<Draft> left = options.resume() ? Draft.resume(sets, plan) : Optional.empty();
        return left.isPresent() ? left.get() : Draft.begin(folder, plan);
    }

    /** The set is there; what goes wrong with older ones does not spoil it. */
    private Result pruned(Path whole, Manifest manifest, BackupSets sets) {
        try {
            return new Result(
                    whole.toString(),
                    manifest,
                    sets.prune(manifest, options.keep(), options.keepFor(), clock.instant()),
                    List.of());
        } catch (IOException | OpsException e) {
            return new Result(
                    whole.toString(),
                    manifest,
                    List.of(),
                    List.of("Older sets could not all be removed: " + e.getMessage() + " (" + folder
                            + "). Remove them by hand, or mend that; the next backup tries again."));
        }
    }

    private List<Origin> origins(Connection connection) throws IOException {
        try {
            return Origin.of(connection, access, options.allowPartial(), this::note);
        } catch (Wire.Refused e) {
            throw new OpsException(
                    "The servers do not tell who they are: " + e.getMessage() + " (" + connection
                            + "). Allow the user +info and, in a cluster, +cluster|nodes.",
                    e);
        }
    }

    private void requireSameSlots(Connection connection, Draft.Plan plan) throws IOException {
        if (plan.slots().get(0).isEmpty()) {
            return;
        }
        List<Primary> now = Primary.of(connection);
        boolean same = now.stream().map(Primary::slots).toList().equals(plan.slots());
        if (!same || !options.allowPartial() && !Origin.moving(now, access).isEmpty()) {
            throw new OpsException("Slots moved between servers while they were read (" + plan.source()
                    + "). Run the backup again when the move is over.");
        }
    }

    private void note(String text) {
        if (!notes.contains(text)) {
            notes.add(text);
        }
    }

    // --- shards

    private List<Manifest.Shard> shards(List<Origin> origins, Draft draft) {
        Map<String, List<Origin>> hosts = new LinkedHashMap<>();
        origins.forEach(each -> hosts.computeIfAbsent(each.node().host(), host -> new ArrayList<>())
                .add(each));
        List<Callable<List<Manifest.Shard>>> parts = new ArrayList<>();
        hosts.values()
                .forEach(onOneHost -> parts.add(() -> {
                    List<Manifest.Shard> done = new ArrayList<>();
                    for (Origin origin : onOneHost) {
                        done.add(shard(origin, draft));
                    }
                    return done;
                }));
        try {
            return crew.run(parts).stream()
                    .flatMap(List::stream)
                    .sorted(Comparator.comparingInt(Manifest.Shard::number))
                    .toList();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OpsException("The backup was interrupted (" + draft.folder() + "). Run it again.", e);
        }
    }

    private Manifest.Shard shard(Origin origin, Draft draft) {
        try {
            Optional<Manifest.Shard> kept = draft.completed(origin.number());
            if (kept.isPresent()) {
                note("Shard " + origin.number() + " is of an earlier, interrupted run: it was taken at "
                        + kept.get().taken());
                return kept.get();
            }
            crew.requireGoingOn();
            Manifest.Shard shard = read(origin, draft.folder());
            draft.complete(shard);
            return shard;
        } catch (StoredFile.NotStored e) {
            throw new OpsException(
                    "The backup could not be written: " + e.getMessage() + " (" + draft.folder()
                            + "). Older sets are untouched. Free space there, then run it again.",
                    e);
        } catch (IOException | Wire.Refused e) {
            String goOn = origin.slots().isEmpty() ? "Run it again." : "Run it again; --resume keeps complete shards.";
            throw new OpsException(
                    "The backup broke off: " + e.getMessage() + " (" + origin.node() + "). Older sets are untouched; "
                            + draft.folder() + " is not complete. " + goOn,
                    e);
        }
    }

    private Manifest.Shard read(Origin origin, Path draft) throws IOException {
        String name = "shard-" + origin.number();
        List<Manifest.Extra> aof = options.aof() ? aof(origin, draft, name + "-aof") : List.of();
        State before = state(origin);
        long asked = System.nanoTime();
        progress.accept(name + ": waiting for " + origin.node() + " to take a snapshot");
        try (Capture capture = capture(origin, name)) {
            String taken = text(clock.instant());
            State after = state(origin);
            long begun = System.nanoTime();
            String file = name + options.compression().suffix();
            StoredFile.Written written = StoredFile.write(draft, file, options.compression(), disk, capture);
            Manifest.Shard shard = new Manifest.Shard(
                    origin.number(),
                    origin.node().toString(),
                    origin.replica() ? "replica" : "primary",
                    origin.replicas(),
                    origin.slots(),
                    capture.replicationId(),
                    capture.offset(),
                    taken,
                    capture.way(),
                    file,
                    written.facts().version(),
                    written.facts().bytes(),
                    written.storedBytes(),
                    written.sha256(),
                    written.facts().checksum().name().toLowerCase(Locale.ROOT),
                    seconds(begun - asked),
                    seconds(System.nanoTime() - begun),
                    Manifest.Proof.SKIPPED,
                    Optional.empty(),
                    after.databases(),
                    aof);
            if (written.facts().checksum() == RdbCheck.Checksum.OFF) {
                note(file + " has no checksum of its own (rdbchecksum no): a bit that flipped at the server is not"
                        + " seen");
            }
            return options.loadCheck() ? proved(shard, draft, before, after) : shard;
        }
    }

    /** On connections of their own: one that waits while data come may be idle for longer than the server allows. */
    private State state(Origin origin) throws IOException {
        try (Wire wire = wire(origin)) {
            return State.of(wire);
        }
    }

    private List<Manifest.Extra> aof(Origin origin, Path draft, String name) throws IOException {
        try (Wire wire = wire(origin)) {
            return AofCopy.copy(wire, draft, name);
        }
    }

    private Wire wire(Origin origin) throws IOException {
        return crew.opened(Wire.open(origin.node(), access));
    }

    /** By the replication protocol; when the server refuses that and runs on this machine, by BGSAVE. */
    private Capture capture(Origin origin, String name) throws IOException {
        Capture stream = new Snapshot(wire(origin), new Meter(name));
        try {
            stream.begin();
            return stream;
        } catch (IOException e) {
            stream.close();
            throw e;
        } catch (Wire.Refused refused) {
            stream.close();
            Capture save = new HostSave(wire(origin));
            try {
                if (!origin.node().isHere()) {
                    throw new Wire.Refused("another machine's files are out of reach");
                }
                save.begin();
                note(origin.node() + " refused the replication protocol (" + refused.getMessage()
                        + "); BGSAVE was used");
                return save;
            } catch (IOException | Wire.Refused e) {
                save.close();
                throw new Wire.Refused("the server refused the replication protocol (" + refused.getMessage()
                        + ") and BGSAVE does not help either (" + e.getMessage()
                        + "); allow the user +psync +replconf");
            }
        }
    }

    private Manifest.Shard proved(Manifest.Shard shard, Path draft, State before, State after) throws IOException {
        progress.accept("shard-" + shard.number() + ": loading it into a private server");
        try (PrivateServer server = PrivateServer.load(draft, shard, draft)) {
            State loaded = State.of(server.wire());
            CountCheck.compare(shard.file(), before, after, loaded, this::note);
            return shard.with(Manifest.Proof.LOADED, PrivateServer.name(), loaded.databases());
        } catch (PrivateServer.TooNew e) {
            note(shard.file() + " was not loaded: " + e.getMessage() + " (" + shard.rdbVersion()
                    + "); choose a newer server with KEYWRIGHT_SERVER");
            return shard.with(Manifest.Proof.TOO_NEW, PrivateServer.name(), shard.databases());
        }
    }

    // --- the set

    private Manifest manifest(Draft draft, List<Origin> origins, List<Manifest.Shard> shards, BackupSets sets) {
        State state = origins.get(0).state();
        if (!options.loadCheck()) {
            note("Not loaded into a server, because --no-load-check was given");
        }
        long bytes = shards.stream().mapToLong(Manifest.Shard::rdbBytes).sum();
        sets.complete(draft.plan().source()).stream()
                .findFirst()
                .filter(last -> bytes < last.manifest().rdbBytes() / 2)
                .ifPresent(last ->
                        note("Less than half the size of " + last.manifest().id() + ": " + bytes + " bytes after "
                                + last.manifest().rdbBytes() + ". Was data lost?"));
        Instant finished = clock.instant();
        return new Manifest(
                Manifest.SCHEMA,
                draft.id(),
                draft.plan().source(),
                state.product(),
                state.version(),
                layout(origins),
                draft.plan().started(),
                text(finished),
                Duration.between(draft.plan().begun(), finished).toMillis() / 1e3,
                options.compression(),
                shards,
                List.copyOf(notes));
    }

    private static Manifest.Layout layout(List<Origin> origins) {
        if (!origins.get(0).slots().isEmpty()) {
            return Manifest.Layout.CLUSTER;
        }
        boolean replicated = origins.get(0).replica() || origins.get(0).replicas() > 0;
        return replicated ? Manifest.Layout.REPLICATION : Manifest.Layout.STANDALONE;
    }

    private static String text(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private static double seconds(long nanos) {
        return Math.round(nanos / 1e6) / 1e3;
    }

    /** Tells a few times a second how much has come. */
    private final class Meter implements LongConsumer {

        private final String name;
        private long begun;
        private long told;

        Meter(String name) {
            this.name = name;
        }

        @Override
        public void accept(long bytes) {
            long now = System.nanoTime();
            if (begun == 0) {
                begun = now;
                told = now;
            }
            if (now - told >= PROGRESS_NANOS) {
                told = now;
                double megabytes = bytes / 1e6;
                progress.accept(String.format(
                        Locale.ROOT, "%s: %.0f MB, %.0f MB/s", name, megabytes, megabytes / ((now - begun) / 1e9)));
            }
        }
    }
}
