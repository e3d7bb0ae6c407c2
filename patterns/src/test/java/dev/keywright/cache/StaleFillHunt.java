package dev.keywright.cache;

import dev.keywright.server.Standalone;
import java.util.List;

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
    }
}
