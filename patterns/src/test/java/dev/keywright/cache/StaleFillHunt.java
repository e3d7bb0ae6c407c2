package dev.keywright.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.server.Standalone;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * Forced interleavings of readers and writers by the thousand: {@code StaleFillHunt [rounds] [first seed]}, 10,000 of each habit unless
 * said. Ends with an exception that shows the schedule when an old value was seen or stayed.
 */
public final class StaleFillHunt {

    private StaleFillHunt() {}

    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
        long first = arguments.length > 1 ? Long.parseLong(arguments[1]) : 0;
        try (Standalone server = Standalone.start()) {
            for (StaleFillModel.Habit habit : StaleFillModel.Habit.values()) {
                List<String> findings = StaleFillModel.hunt(server.uri(), habit, first, rounds);
                if (!findings.isEmpty()) {
                    throw new IllegalStateException(findings.toString());
                }
            }
        }
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8)
                .printf(
                        Locale.ROOT,
                        "stale fills: %d interleavings of each of %d habits, nothing old was seen or stayed%n",
                        rounds,
                        StaleFillModel.Habit.values().length);
    }
}
