package dev.keywright.ops.optimize;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import dev.keywright.ops.Document;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.backup.Backup;
import dev.keywright.ops.backup.Compression;
import dev.keywright.ops.backup.Manifest;
import dev.keywright.ops.rdb.RdbCheck;
import dev.keywright.ops.rdb.RdbFailure;
import dev.keywright.ops.rdb.RdbFile;
import dev.keywright.ops.rdb.RdbKeys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The data of a source as one RDB file, that private servers load.
 *
 * @param ratio what part of the source's keys it holds
 * @param live what the running source tells of itself; absent for a file
 * @param usedBytes of the source's data, as far as it is known
 */
record Copy(Path rdb, double ratio, Optional<Live> live, long usedBytes, List<String> notes) {

    private static final int HEAD_BYTES = 1_024;
    private static final String PACKED = ".zst";
    private static final String USED = "used-mem";
    private static final int INT32 = 0xc2;
    /** What a file's bytes become in memory where it does not say, at most. */
    private static final int UNFOLDED = 6;

    /**
     * Of a file, of a backup set, or of a folder with {@code dump.rdb} or a log's base.
     *
     * @param ratio of the keys to take
     */
    static Copy ofFile(Path source, double ratio, Scratch scratch) throws IOException {
        List<String> notes = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        for (Path file : Files.isDirectory(source) ? inside(source, notes) : List.of(source)) {
            files.add(plain(file, files.size(), scratch));
        }
        long used = 0;
        for (Path file : files) {
            used += usedBytes(file);
        }
        if (ratio >= 1 && files.size() == 1) {
            return new Copy(files.get(0).toAbsolutePath(), 1, Optional.empty(), used, notes);
        }
        Path part = scratch.folder().resolve("part.rdb");
        merge(files, ratio, part);
        return new Copy(part, ratio, Optional.empty(), used, notes);
    }

    private static Path plain(Path file, int number, Scratch scratch) throws IOException {
        if (!Files.isReadable(file)) {
            throw new OpsException(
                    file + " cannot be read. Give the URI of a server, an RDB file or a folder with one.");
        }
        if (!file.toString().endsWith(PACKED)) {
            return file;
        }
        Path plain = scratch.folder().resolve("plain-" + number + ".rdb");
        try (InputStream in = new ZstdInputStream(Files.newInputStream(file))) {
            Files.copy(in, plain);
        } catch (ZstdIOException e) {
            throw new OpsException(file + " cannot be decompressed: " + e.getMessage() + ". Give another copy.", e);
        }
        return plain;
    }

    private static List<Path> inside(Path folder, List<String> notes) throws IOException {
        Path manifest = folder.resolve("manifest.json");
        if (Files.isRegularFile(manifest)) {
            return Document.read(manifest, Manifest.class).shards().stream()
                    .map(shard -> folder.resolve(Path.of(shard.file()).getFileName()))
                    .toList();
        }
        RdbFile found;
        try {
            found = RdbFile.of(folder);
        } catch (RdbFailure e) {
            throw new OpsException(
                    folder + " holds no RDB file: " + e.getMessage()
                            + ". Give a folder with dump.rdb, appendonlydir or a backup set, or a file.",
                    e);
        }
        if (found.increments() > 0) {
            notes.add("Only the base of the log was read (" + found.path().getFileName()
                    + "); what was written since its last rewrite is not in these figures.");
        }
        return List.of(found.path());
    }

    /** Of a running deployment; by its replication stream, or key by key where that is refused or only a part is wanted. */
    static Copy ofServers(String uri, double ratio, Scratch scratch, Consumer<String> progress) throws IOException {
        Live live = Live.look(uri);
        List<String> notes = new ArrayList<>(live.notes());
        if (ratio >= 1) {
            try {
                Path folder = Files.createDirectory(scratch.folder().resolve("snapshot"));
                Path rdb = snapshot(uri, folder, scratch.folder().resolve("whole.rdb"), progress, notes);
                if (live.newBacklogBytes() > 0) {
                    notes.add(String.format(
                            Locale.ROOT,
                            "The servers had no replication backlog, and taking the copy gave them one: used_memory"
                                    + " shows up to %.1f MB less saving until it goes (repl-backlog-ttl, an hour if"
                                    + " not set otherwise).",
                            live.newBacklogBytes() / 1e6));
                }
                return new Copy(rdb, 1, Optional.of(live), live.usedBytes(), notes);
            } catch (OpsException refused) {
                if (refused.getCause() instanceof IOException io && Scratch.isAbout(io)) {
                    throw io;
                }
                notes.add("There is no snapshot of it, so keys were read one by one. "
                        + String.valueOf(refused.getMessage()).split("(?<=[.]) ", 2)[0]);
            }
        }
        double part = ratio < 1 ? ratio : Math.min(1, Scan.MOST_KEYS / (double) Math.max(1, live.keys()));
        Path rdb = scratch.folder().resolve("scanned.rdb");
        Scan.into(rdb, live, part, notes, progress);
        return new Copy(rdb, part, Optional.of(live), live.usedBytes(), notes);
    }

    private static Path snapshot(String uri, Path folder, Path whole, Consumer<String> progress, List<String> notes)
            throws IOException {
        Backup.Options options =
                Backup.Options.DEFAULTS.withCompression(Compression.NONE).withLoadCheck(false);
        Backup.Result result = Backup.run(uri, folder, options, progress);
        List<Path> files = new ArrayList<>();
        for (Manifest.Shard shard : result.manifest().shards()) {
            files.add(Path.of(result.folder()).resolve(shard.file()));
            if (shard.way() == Manifest.Way.BGSAVE) {
                notes.add(
                        shard.node() + " refused to be copied as by a replica, so BGSAVE was run on it, which wrote its"
                                + " dump file. Allow the user +psync +replconf, or use --sample, to avoid that.");
            }
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
