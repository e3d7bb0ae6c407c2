package dev.keywright.ops.backup;

import dev.keywright.ops.Document;
import dev.keywright.ops.OpsException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A set that is being made, in its folder {@code ID.partial}. Locked until it is closed, so that no two processes work in it and
 * none removes it; the lock ends with the process, however that ends.
 */
final class Draft implements AutoCloseable {

    /** What an unfinished set is about, so that only a backup of the same servers goes on with it. */
    record Plan(String source, List<String> slots, String started) {

        boolean isOfSameServers(Plan other) {
            return source.equals(other.source) && slots.equals(other.slots);
        }

        Instant begun() {
            return Instant.parse(started);
        }
    }

    /** For so long an unfinished set can be resumed; after that, too much lies between its shards. */
    static final Duration RESUMABLE = Duration.ofHours(24);

    private static final String PLAN = "plan.json";
    private static final String LOCK = "lock";
    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Path folder;
    private final Plan plan;
    private final FileChannel lock;

    private Draft(Path folder, Plan plan, FileChannel lock) {
        this.folder = folder;
        this.plan = plan;
        this.lock = lock;
    }

    /** A new one below {@code sets}. */
    static Draft begin(Path sets, Plan plan) throws IOException {
        Private.folder(sets);
        String id = ID_TIME.format(plan.begun()) + "-"
                + String.format(Locale.ROOT, "%06x", ThreadLocalRandom.current().nextInt(1 << 24));
        Path folder = Private.folder(sets.resolve(id + BackupSets.PARTIAL));
        FileChannel lock = locked(folder);
        if (lock == null) {
            throw new IOException(folder + " is locked already");
        }
        Draft draft = new Draft(folder, plan, lock);
        draft.write(PLAN, plan);
        return draft;
    }

    /** The newest unfinished one of the same servers that is young enough and that nobody else works on. */
    static Optional<Draft> resume(BackupSets sets, Plan plan) throws IOException {
        for (Path left : sets.unfinished()) {
            Optional<Draft> draft = open(left);
            if (draft.isPresent()) {
                Plan of = draft.get().plan;
                if (of.isOfSameServers(plan)
                        && !of.begun().isBefore(plan.begun().minus(RESUMABLE))) {
                    return draft;
                }
                draft.get().close();
            }
        }
        return Optional.empty();
    }

    /** Empty when somebody works on it, it has just been finished, or it is none. */
    static Optional<Draft> open(Path folder) throws IOException {
        if (!Files.isRegularFile(folder.resolve(PLAN))) {
            return Optional.empty();
        }
        FileChannel lock = locked(folder);
        if (lock == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Draft(folder, Document.read(folder.resolve(PLAN), Plan.class), lock));
        } catch (OpsException finishedOrUnreadable) {
            lock.close();
            return Optional.empty();
        }
    }

    private static @Nullable FileChannel locked(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            // As held by any other.
        }
        if (lock == null) {
            channel.close();
            return null;
        }
        return channel;
    }

    Path folder() {
        return folder;
    }

    Plan plan() {
        return plan;
    }

    /** The name the set will have. */
    String id() {
        return String.valueOf(folder.getFileName()).replace(BackupSets.PARTIAL, "");
    }

    /** A complete shard is written down, so that it can be kept when others fail. */
    void complete(Manifest.Shard shard) throws IOException {
        write(record(shard.number()), shard);
    }

    /** A shard that an earlier run completed and that is still whole. */
    Optional<Manifest.Shard> completed(int number) throws IOException {
        Path record = folder.resolve(record(number));
        if (!Files.isRegularFile(record)) {
            return Optional.empty();
        }
        Manifest.Shard shard = Document.read(record, Manifest.Shard.class);
        try {
            StoredFile.check(folder, shard);
            return Optional.of(shard);
        } catch (IOException damaged) {
            Files.deleteIfExists(folder.resolve(shard.file()));
            return Optional.empty();
        }
    }

    /** From one instant to the next there is a set under its name, with all in it. */
    Path publish(Manifest manifest) throws IOException {
        Files.deleteIfExists(folder.resolve(PLAN));
        for (Manifest.Shard shard : manifest.shards()) {
            Files.deleteIfExists(folder.resolve(record(shard.number())));
        }
        write(BackupSets.MANIFEST, manifest);
        StoredFile.makeDurable(folder.resolve(BackupSets.MANIFEST));
        StoredFile.makeDurable(folder);
        Path whole = folder.resolveSibling(manifest.id());
        Files.move(folder, whole, StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(whole.resolve(LOCK));
        StoredFile.makeDurable(whole.toAbsolutePath().resolveSibling(""));
        return whole;
    }

    private static String record(int shard) {
        return "shard-" + shard + ".json";
    }

    private void write(String name, Record record) throws IOException {
        Document.write(folder.resolve(name), record);
        Private.closed(folder.resolve(name));
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
