package dev.keywright.ops.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The commands of Redis 7.0, subcommands written {@code config|get}. */
final class Commands {

    private static final Set<String> NAMES = read();

    /** What Redis 8.0 and Valkey 8.0 have beyond 7.0, without modules. */
    private static final Set<String> NEWER = read("commands-newer.txt");

    private Commands() {}

    static boolean known(String name) {
        return NAMES.contains(name.toLowerCase(Locale.ROOT));
    }

    /** The known name that differs in one letter; empty where a newer server has the command. */
    static Optional<String> slipOf(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return known(wanted) || NEWER.contains(wanted)
                ? Optional.empty()
                : NAMES.stream()
                        .filter(other -> Directives.changes(wanted, other) == 1)
                        .sorted()
                        .findFirst();
    }

    /** Also {@code select|0}: a first argument of a command that has no subcommands, which may be allowed but not taken away. */
    static boolean canBeAllowed(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        int bar = wanted.indexOf('|');
        if (bar < 0 || known(wanted)) {
            return known(wanted);
        }
        String command = wanted.substring(0, bar);
        return known(command) && NAMES.stream().noneMatch(other -> other.startsWith(command + "|"));
    }

    private static Set<String> read() {
        return read("commands-7.0.txt");
    }

    private static Set<String> read(String file) {
        try (InputStream in = Commands.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing beside " + Commands.class);
            }
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return Set.copyOf(lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
