package dev.keywright.ops.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The commands of Redis 7.0, subcommands written {@code config|get}. */
final class Commands {

    private static final Set<String> NAMES = read();

    private Commands() {}

    /** Also {@code select|0}: a first argument of a command that has no subcommands. */
    static boolean known(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        int bar = wanted.indexOf('|');
        if (NAMES.contains(wanted) || bar < 0) {
            return NAMES.contains(wanted);
        }
        String command = wanted.substring(0, bar);
        return NAMES.contains(command) && NAMES.stream().noneMatch(other -> other.startsWith(command + "|"));
    }

    private static Set<String> read() {
        try (InputStream in = Commands.class.getResourceAsStream("commands-7.0.txt")) {
            if (in == null) {
                throw new IllegalStateException("commands-7.0.txt is missing beside " + Commands.class);
            }
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
            return Set.copyOf(lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
