package dev.keywright.ops.optimize;

import dev.keywright.ops.OpsException;
import java.io.IOException;
import java.nio.file.Files;
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

    private final Path folder;
    private final Thread removal;

    private Scratch(Path folder) {
        this.folder = folder;
        this.removal = new Thread(() -> remove(folder), "keywright-cleanup");
        Runtime.getRuntime().addShutdownHook(removal);
    }

    static Scratch make() throws IOException {
        return new Scratch(Files.createTempDirectory("keywright-optimize-"));
    }

    Path folder() {
        return folder;
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
            Runtime.getRuntime().removeShutdownHook(removal);
        } catch (IllegalStateException theJvmEnds) {
            // The hook does what has just been done.
        }
    }
}
