package dev.keywright.ops.optimize;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.keywright.ops.OpsException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A folder for the copy and its servers, gone at the end also when the program is interrupted; and this machine's free memory. */
final class Scratch implements AutoCloseable {

    private static final int KIBI = 1_024;
    /** What a server needs beyond its data while it loads. */
    private static final double SPARE = 1.15;

    private static final Pattern NO_ROOM = Pattern.compile("No space left|File too large|quota|Read-only file system");
    private static final String NAME = "keywright-optimize-";
    private static final String LOCK = "in-use";

    private final Path folder;
    private final FileChannel lock;
    private final Thread removal;

    /** The lock is held while the folder is in use, and freed by the system also when this program is killed. */
    private Scratch(Path folder) throws IOException {
        this.folder = folder;
        this.lock = FileChannel.open(folder.resolve(LOCK), CREATE, WRITE);
        lock.lock();
        this.removal = new Thread(() -> remove(folder), "keywright-cleanup");
        Runtime.getRuntime().addShutdownHook(removal);
    }

    /** A new one, that only this user may look into. What a killed run left behind goes first: it holds a copy of the data. */
    static Scratch make() throws IOException {
        Path folder = Files.createTempDirectory(NAME);
        try (Stream<Path> others = Files.list(folder.toAbsolutePath().getParent())) {
            others.filter(each -> each.getFileName().toString().startsWith(NAME))
                    .forEach(Scratch::removeDead);
        }
        return new Scratch(folder);
    }

    private static void removeDead(Path folder) {
        try (FileChannel lock = FileChannel.open(folder.resolve(LOCK), WRITE);
                FileLock free = lock.tryLock()) {
            if (free != null) {
                remove(folder);
            }
        } catch (IOException | OverlappingFileLockException notOurs) {
            // It is in use, is only being made, or belongs to somebody else.
        }
    }

    Path folder() {
        return folder;
    }

    /** Whether a temporary file could not be written, and not a server or the source is to blame. */
    static boolean isAbout(IOException e) {
        return e instanceof FileSystemException
                || NO_ROOM.matcher(String.valueOf(e.getMessage())).find();
    }

    static OpsException noRoom(IOException e) {
        String why = e instanceof NoSuchFileException ? "there is no such folder" : reason(e);
        return new OpsException(
                "Temporary files cannot be written (" + System.getProperty("java.io.tmpdir") + "): " + why
                        + ". Nothing was changed. Make room there, name another folder with"
                        + " JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=<folder>, or take a part of the keys with --sample.",
                e);
    }

    private static String reason(IOException e) {
        String reason = e instanceof FileSystemException failure ? failure.getReason() : null;
        return reason == null ? String.valueOf(e.getMessage()) : reason;
    }

    /** @throws OpsException when so many servers with that much data do not fit into this machine's memory */
    static void requireMemory(long dataBytes, int servers) {
        OptionalLong free = freeBytes();
        double need = dataBytes * SPARE * servers;
        if (free.isPresent() && need > free.getAsLong()) {
            long percent = Math.max(1, (long) (90 * free.getAsLong() / need));
            throw new OpsException(String.format(
                    Locale.ROOT,
                    "This machine has %,d MB of memory free, and %d private servers with this data need %,d MB. Run it"
                            + " on a larger machine, or on a part of the keys with --sample %d%%.",
                    free.getAsLong() >> 20,
                    servers,
                    (long) need >> 20,
                    percent));
        }
    }

    /** Whether so many servers more with that much data fit into this machine's memory as it is now. */
    static boolean hasMemory(long dataBytes, int servers) {
        return dataBytes * SPARE * servers < freeBytes().orElse(0);
    }

    private static OptionalLong freeBytes() {
        OptionalLong machine = kilobytes("MemAvailable");
        OptionalLong most = number("/sys/fs/cgroup/memory.max");
        OptionalLong used = number("/sys/fs/cgroup/memory.current");
        if (most.isPresent() && used.isPresent()) {
            long left = Math.max(0, most.getAsLong() - used.getAsLong());
            return OptionalLong.of(machine.isPresent() ? Math.min(left, machine.getAsLong()) : left);
        }
        return machine;
    }

    private static OptionalLong kilobytes(String name) {
        Matcher line = Pattern.compile("(?m)^" + name + ":\\s+(\\d+) kB$").matcher(text("/proc/meminfo"));
        return line.find() ? OptionalLong.of(Long.parseLong(line.group(1)) * KIBI) : OptionalLong.empty();
    }

    private static OptionalLong number(String file) {
        String text = text(file).strip();
        return text.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    private static String text(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException notThere) {
            return "";
        }
    }

    static void remove(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(each -> each.toFile().delete());
        } catch (IOException gone) {
            // Then there is nothing to remove.
        }
    }

    @Override
    public void close() {
        remove(folder);
        try {
            lock.close();
        } catch (IOException closedAnyway) {
            // Nothing depends on it.
        }
        try {
            Runtime.getRuntime().removeShutdownHook(removal);
        } catch (IllegalStateException theJvmEnds) {
            // The hook does what has just been done.
        }
    }
}
