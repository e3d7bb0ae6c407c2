package dev.keywright.ops.backup;

import dev.keywright.connection.Connection;
import dev.keywright.ops.Document;
import dev.keywright.ops.OpsException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Takes the data of running servers into a folder as one set, proved before it counts as one.
 * <ul>
 *   <li>Read from a replica whose link is up, where there is one, by the replication protocol; nothing runs on the host.
 *   <li>Checked: the RDB's own checksum while it comes; the stored file by loading it into a private server, with its key counts.
 *   <li>A cluster is one set: a file per primary, with its slots. Servers on different hosts are read at the same time, servers on
 *       one host one after the other, so that one fork at a time costs that host memory.
 *   <li>Failure: {@link OpsException}. What was got lies in a folder {@code ID.partial}; older sets are untouched.
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
     */
    public record Result(String folder, Manifest manifest, List<String> removed) {}

    /** What an unfinished set is about, so that only a backup of the same servers goes on with it. */
    record Plan(String source, List<String> slots) {}

    private static final String PLAN = "plan.json";
    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final long PROGRESS_NANOS = Duration.ofMillis(200).toNanos();

    private final Path folder;
    private final Options options;
    private final Consumer<String> progress;
    private final StoredFile.Disk disk;
    private final InstantSource clock;
    private final Access access;
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
        Instant started = clock.instant();
        String source = connection.toString();
        progress.accept("looking at " + source);
        List<Origin> origins = origins(connection);
        Plan plan = new Plan(source, origins.stream().map(Origin::slots).toList());
        BackupSets sets = new BackupSets(folder);
        Path draft = draft(sets, plan, started);
        List<Manifest.Shard> shards = shards(origins, draft);
        requireSameSlots(connection, plan);
        String id = String.valueOf(draft.getFileName()).replace(BackupSets.PARTIAL, "");
        Manifest manifest = manifest(id, source, origins, shards, started, sets);
        Path whole = publish(draft, manifest);
        return new Result(
                whole.toString(), manifest, sets.prune(manifest, options.keep(), options.keepFor(), clock.instant()));
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

    private void requireSameSlots(Connection connection, Plan plan) throws IOException {
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

    /** The folder to work in: a new one, or with {@code resume} one that a backup of the same servers left. */
    private Path draft(BackupSets sets, Plan plan, Instant now) throws IOException {
        if (options.resume()) {
            for (Path left : sets.unfinished()) {
                if (Files.isRegularFile(left.resolve(PLAN))
                        && Document.read(left.resolve(PLAN), Plan.class).equals(plan)) {
                    return left;
                }
            }
        }
        String id = ID_TIME.format(now) + "-"
                + String.format(Locale.ROOT, "%06x", ThreadLocalRandom.current().nextInt(1 << 24));
        Path draft = Files.createDirectories(folder.resolve(id + BackupSets.PARTIAL));
        Document.write(draft.resolve(PLAN), plan);
        return draft;
    }

    // --- shards

    private List<Manifest.Shard> shards(List<Origin> origins, Path draft) {
        Map<String, List<Origin>> hosts = new LinkedHashMap<>();
        origins.forEach(each -> hosts.computeIfAbsent(each.node().host(), host -> new ArrayList<>())
                .add(each));
        ExecutorService workers = Executors.newFixedThreadPool(Math.min(hosts.size(), 4));
        try {
            List<Future<List<Manifest.Shard>>> running = new ArrayList<>();
            hosts.values()
                    .forEach(onOneHost -> running.add(workers.submit(() -> {
                        List<Manifest.Shard> done = new ArrayList<>();
                        for (Origin origin : onOneHost) {
                            done.add(shard(origin, draft));
                        }
                        return done;
                    })));
            List<Manifest.Shard> shards = new ArrayList<>();
            for (Future<List<Manifest.Shard>> one : running) {
                shards.addAll(one.get());
            }
            shards.sort(Comparator.comparingInt(Manifest.Shard::number));
            return shards;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OpsException("The backup was interrupted (" + draft + "). Run it again.", e);
        } finally {
            workers.shutdownNow();
        }
    }

    private Manifest.Shard shard(Origin origin, Path draft) {
        Path record = draft.resolve("shard-" + origin.number() + ".json");
        try {
            Optional<Manifest.Shard> kept = complete(record, draft);
            if (kept.isPresent()) {
                note("Shard " + origin.number() + " is of an earlier, interrupted run");
                return kept.get();
            }
            Manifest.Shard shard = read(origin, draft);
            Document.write(record, shard);
            return shard;
        } catch (StoredFile.NotStored e) {
            throw new OpsException(
                    "The backup could not be written: " + e.getMessage() + " (" + draft
                            + "). Older sets are untouched. Free space there, then run it again.",
                    e);
        } catch (IOException | Wire.Refused e) {
            String goOn = origin.slots().isEmpty() ? "Run it again." : "Run it again; --resume keeps complete shards.";
            throw new OpsException(
                    "The backup broke off: " + e.getMessage() + " (" + origin.node() + "). Older sets are untouched; "
                            + draft + " is not complete. " + goOn,
                    e);
        }
    }

    private static Optional<Manifest.Shard> complete(Path record, Path draft) throws IOException {
        if (!Files.isRegularFile(record)) {
            return Optional.empty();
        }
        Manifest.Shard shard = Document.read(record, Manifest.Shard.class);
        try {
            StoredFile.read(draft, shard, OutputStream.nullOutputStream());
            return Optional.of(shard);
        } catch (IOException damaged) {
            Files.deleteIfExists(draft.resolve(shard.file()));
            return Optional.empty();
        }
    }

    private Manifest.Shard read(Origin origin, Path draft) throws IOException {
        String name = "shard-" + origin.number();
        try (Wire control = Wire.open(origin.node(), access)) {
            State before = State.of(control);
            List<Manifest.Extra> aof =
                    options.aof() ? AofCopy.copy(control, draft, name + "-aof") : List.<Manifest.Extra>of();
            long asked = System.nanoTime();
            progress.accept(name + ": waiting for " + origin.node() + " to take a snapshot");
            try (Capture capture = capture(origin, name)) {
                State after = State.of(control);
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
    }

    /** By the replication protocol; when the server refuses that and runs on this machine, by BGSAVE. */
    private Capture capture(Origin origin, String name) throws IOException {
        Capture stream = new Snapshot(Wire.open(origin.node(), access), new Meter(name));
        try {
            stream.begin();
            return stream;
        } catch (IOException e) {
            stream.close();
            throw e;
        } catch (Wire.Refused refused) {
            stream.close();
            Capture save = new HostSave(Wire.open(origin.node(), access));
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

    private Manifest manifest(
            String id,
            String source,
            List<Origin> origins,
            List<Manifest.Shard> shards,
            Instant started,
            BackupSets sets) {
        State state = origins.get(0).state();
        if (!options.loadCheck()) {
            note("Not loaded into a server, because --no-load-check was given");
        }
        long bytes = shards.stream().mapToLong(Manifest.Shard::rdbBytes).sum();
        sets.complete(source).stream()
                .findFirst()
                .filter(last -> bytes < last.manifest().rdbBytes() / 2)
                .ifPresent(last ->
                        note("Less than half the size of " + last.manifest().id() + ": " + bytes + " bytes after "
                                + last.manifest().rdbBytes() + ". Was data lost?"));
        Instant finished = clock.instant();
        return new Manifest(
                Manifest.SCHEMA,
                id,
                source,
                state.product(),
                state.version(),
                layout(origins),
                text(started),
                text(finished),
                Duration.between(started, finished).toMillis() / 1e3,
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

    /** From one instant to the next there is a set under its name, with all in it. */
    private Path publish(Path draft, Manifest manifest) throws IOException {
        Files.deleteIfExists(draft.resolve(PLAN));
        for (Manifest.Shard shard : manifest.shards()) {
            Files.deleteIfExists(draft.resolve("shard-" + shard.number() + ".json"));
        }
        Document.write(draft.resolve(BackupSets.MANIFEST), manifest);
        StoredFile.makeDurable(draft.resolve(BackupSets.MANIFEST));
        StoredFile.makeDurable(draft);
        Path whole = folder.resolve(manifest.id());
        Files.move(draft, whole, StandardCopyOption.ATOMIC_MOVE);
        StoredFile.makeDurable(folder.toAbsolutePath());
        return whole;
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
