package dev.keywright.ops.optimize;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.ops.OpsException;
import dev.keywright.ops.backup.Backup;
import dev.keywright.ops.backup.Compression;
import dev.keywright.ops.backup.Manifest;
import dev.keywright.ops.rdb.RdbCheck;
import dev.keywright.ops.rdb.RdbKeys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The data of a source as one RDB file, that private servers load.
 *
 * @param ratio what part of the source's keys it holds
 * @param live what the running source tells of itself; absent for a file
 * @param usedBytes of the source's data, as far as it is known
 */
record Copy(Path rdb, double ratio, Optional<Live> live, long usedBytes, List<String> notes) {

    private static final int HEAD_BYTES = 1_024;
    private static final String USED = "used-mem";
    private static final int INT32 = 0xc2;
    /** What a file's bytes become in memory where it does not say, at most. */
    private static final int UNFOLDED = 6;

    /**
     * Of a file, or of a folder with {@code dump.rdb} or a log's base.
     *
     * @param ratio of the keys to take
     */
    static Copy ofFile(Path source, double ratio, Scratch scratch) throws IOException {
        List<String> notes = new ArrayList<>();
        Path file = Files.isDirectory(source) ? inside(source, notes) : source;
        if (!Files.isReadable(file)) {
            throw new OpsException(
                    file + " cannot be read. Give the URI of a server, an RDB file or a folder with one.");
        }
        long used = usedBytes(file);
        if (ratio >= 1) {
            return new Copy(file.toAbsolutePath(), 1, Optional.empty(), used, notes);
        }
        Path part = scratch.folder().resolve("sample.rdb");
        merge(List.of(file), ratio, part);
        return new Copy(part, ratio, Optional.empty(), used, notes);
    }

    private static Path inside(Path folder, List<String> notes) throws IOException {
        Path dump = folder.resolve("dump.rdb");
        if (Files.isRegularFile(dump)) {
            return dump;
        }
        List<Path> found;
        try (Stream<Path> files = Files.walk(folder, 2)) {
            found = files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(".rdb"))
                    .sorted()
                    .toList();
        }
        if (found.isEmpty()) {
            throw new OpsException(
                    folder + " holds no RDB file. Give a folder with dump.rdb or appendonlydir, or a file.");
        }
        Path newest = found.get(found.size() - 1);
        if (newest.toString().endsWith(".base.rdb")) {
            notes.add("Only the base of the log was read (" + newest.getFileName()
                    + "); what was written since its last rewrite is not in these figures.");
        }
        return newest;
    }

    /** Of a running deployment; by its replication stream, or key by key where that is refused or only a part is wanted. */
    static Copy ofServers(String uri, double ratio, Scratch scratch, Consumer<String> progress) throws IOException {
        Live live = Live.look(uri);
        List<String> notes = new ArrayList<>(live.notes());
        if (ratio >= 1) {
            try {
                Path folder = Files.createDirectory(scratch.folder().resolve("snapshot"));
                Path rdb = snapshot(uri, folder, scratch.folder().resolve("whole.rdb"), progress);
                return new Copy(rdb, 1, Optional.of(live), live.usedBytes(), notes);
            } catch (OpsException refused) {
                notes.add("There is no snapshot of it, so keys were read one by one. "
                        + String.valueOf(refused.getMessage()).split("(?<=[.]) ", 2)[0]);
            }
        }
        double part = ratio < 1 ? ratio : Math.min(1, Scan.MOST_KEYS / (double) Math.max(1, live.keys()));
        Path rdb = scratch.folder().resolve("scanned.rdb");
        Scan.into(rdb, live, part, progress);
        return new Copy(rdb, part, Optional.of(live), live.usedBytes(), notes);
    }

    private static Path snapshot(String uri, Path folder, Path whole, Consumer<String> progress) throws IOException {
        Backup.Options options =
                Backup.Options.DEFAULTS.withCompression(Compression.NONE).withLoadCheck(false);
        Backup.Result result = Backup.run(uri, folder, options, progress);
        List<Path> files = new ArrayList<>();
        for (Manifest.Shard shard : result.manifest().shards()) {
            files.add(Path.of(result.folder()).resolve(shard.file()));
        }
        if (files.size() == 1) {
            return files.get(0);
        }
        merge(files, 1, whole);
        return whole;
    }

    /** Several files are shards of a cluster, which knows database 0 alone. */
    private static void merge(List<Path> files, double ratio, Path into) throws IOException {
        try (RdbWriter writer = new RdbWriter(into)) {
            for (Path file : files) {
                read(file, entry -> {
                    if (isChosen(entry.key(), ratio)) {
                        writer.add(entry);
                    }
                });
            }
            if (writer.written() == 0) {
                throw new OpsException("There are no keys to try anything on. Give a source with keys"
                        + (ratio < 1 ? ", or a larger --sample." : "."));
            }
        }
    }

    /** Every key is in or out by its name alone. */
    static boolean isChosen(byte[] key, double ratio) {
        int mixed = Arrays.hashCode(key) * 0x9E3779B9;
        return (mixed >>> 8) / (double) (1 << 24) < ratio;
    }

    /** @throws OpsException when it is damaged or too new */
    static void read(Path file, RdbKeys.Visitor visitor) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            RdbKeys.read(in, visitor);
        } catch (RdbCheck.Damaged e) {
            throw new OpsException(file + " cannot be read whole: " + e.getMessage() + ". Give another copy.", e);
        } catch (RdbKeys.Unknown e) {
            throw new OpsException(file + " cannot be read: " + e.getMessage() + ". Use a newer Keywright.", e);
        }
    }

    /** What the server that wrote the file used, as the file says; else a guess by its size. */
    private static long usedBytes(Path file) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD_BYTES);
        }
        int at = new String(head, ISO_8859_1).indexOf(USED) + USED.length();
        if (at > USED.length() && at + 12 < head.length) {
            int code = head[at] & 0xff;
            if (code == INT32) {
                return head[at + 1] & 0xff
                        | (head[at + 2] & 0xff) << 8
                        | (head[at + 3] & 0xff) << 16
                        | (head[at + 4] & 0xffL) << 24;
            }
            String text = new String(head, at + 1, Math.min(code, 20), UTF_8);
            if (code <= 20 && text.matches("\\d+")) {
                return Long.parseLong(text);
            }
        }
        return Files.size(file) * UNFOLDED;
    }

    /** What servers with this copy need. */
    long neededBytes() {
        return (long) (usedBytes * ratio);
    }
}
