package dev.keywright.ops.memory;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Measures data sets by chance on any server and prints the model's error for each. Arguments: SERVER_BINARY, or {@code embedded};
 * how many (default 50); the most keys (default 50,000, up to 5,000,000); the most commands for one (default 200,000); the first
 * seed (default 1,000); the fewest keys (default 1,000); after how many minutes none begins any more (default 60). Trials of more
 * than 4 GB or of ten times as many commands are left out.
 */
public final class SizeTrialMeasure {

    private static final double MOST_BYTES = 4e9;
    private static final int MOST_TIMES = 10;

    private SizeTrialMeasure() {}

    public static void main(String[] arguments) {
        Optional<Path> binary = arguments.length == 0 || arguments[0].equals("embedded")
                ? Optional.empty()
                : Optional.of(Path.of(arguments[0]));
        long trials = argument(arguments, 1, 50);
        long mostKeys = argument(arguments, 2, 50_000);
        long commands = argument(arguments, 3, 200_000);
        long first = argument(arguments, 4, 1_000);
        long fewestKeys = argument(arguments, 5, 1_000);
        long end = System.nanoTime()
                + Duration.ofMinutes(argument(arguments, 6, 60)).toNanos();
        Profile profile = new Lab(binary, Map.of()).profile();
        PrintStream out = System.out;
        List<Double> errors = new ArrayList<>();
        for (long seed = first; seed < first + trials && System.nanoTime() < end; seed++) {
            SizeTrial trial = SizeTrial.of(seed, fewestKeys, mostKeys, commands);
            if (new MemoryModel(profile).estimate(trial.data()).totalBytes() > MOST_BYTES
                    || trial.writes() > MOST_TIMES * commands) {
                out.println("left out: seed " + seed);
                continue;
            }
            double error = trial.error(binary, seed);
            errors.add(error);
            out.printf(Locale.ROOT, "%8.3f %% seed %d %s%n", 100 * error, seed, trial);
        }
        double within = errors.stream().filter(error -> Math.abs(error) <= 0.02).count() / (double) errors.size();
        out.println(ErrorSummary.of("trials", errors));
        out.printf(Locale.ROOT, "%.1f %% of them within 2 %%%n", 100 * within);
    }

    private static long argument(String[] arguments, int place, long otherwise) {
        return arguments.length > place ? Long.parseLong(arguments[place]) : otherwise;
    }
}
