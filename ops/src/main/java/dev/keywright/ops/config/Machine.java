package dev.keywright.ops.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What of the machine decides how a server behaves; only what can be read is there.
 *
 * @param memoryBytes of the machine, or of the control group where that is less
 * @param swapUsedBytes swap in use
 */
record Machine(
        OptionalLong memoryBytes,
        OptionalLong swapTotalBytes,
        OptionalLong swapUsedBytes,
        OptionalLong cores,
        OptionalLong backlog,
        OptionalLong overcommit,
        Optional<String> hugePages,
        Optional<String> clockSource) {

    /** Another machine than this one, of which nothing is known. */
    static final Machine UNKNOWN = new Machine(
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty());

    private static final int KIBI = 1024;

    static Machine here() {
        OptionalLong memory = field("MemTotal");
        OptionalLong group = number(Path.of("/sys/fs/cgroup/memory.max"));
        OptionalLong swap = field("SwapTotal");
        OptionalLong free = field("SwapFree");
        boolean limited = memory.isPresent() && group.isPresent() && group.getAsLong() < memory.getAsLong();
        return new Machine(
                limited ? group : memory,
                swap,
                swap.isPresent() && free.isPresent()
                        ? OptionalLong.of(swap.getAsLong() - free.getAsLong())
                        : OptionalLong.empty(),
                OptionalLong.of(Runtime.getRuntime().availableProcessors()),
                number(Path.of("/proc/sys/net/core/somaxconn")),
                number(Path.of("/proc/sys/vm/overcommit_memory")),
                text(Path.of("/sys/kernel/mm/transparent_hugepage/enabled")).flatMap(Machine::chosen),
                text(Path.of("/sys/devices/system/clocksource/clocksource0/current_clocksource")));
    }

    private static OptionalLong field(String name) {
        Pattern line = Pattern.compile("(?m)^" + name + ":\\s+(\\d+) kB$");
        Matcher found = line.matcher(text(Path.of("/proc/meminfo")).orElse(""));
        return found.find() ? OptionalLong.of(Long.parseLong(found.group(1)) * KIBI) : OptionalLong.empty();
    }

    private static OptionalLong number(Path file) {
        return Numbers.whole(text(file).orElse(""));
    }

    private static Optional<String> chosen(String list) {
        return List.of(list.split(" ")).stream()
                .filter(word -> word.startsWith("["))
                .map(word -> word.substring(1, word.length() - 1))
                .findFirst();
    }

    private static Optional<String> text(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
