package dev.keywright.ops.optimize;

import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.time.Duration;

/** Prints what a plan promised, what its application says, and what used_memory says from outside. Arguments: keys (300000). */
public final class SavingMeasure {

    private SavingMeasure() {}

    public static void main(String[] args) throws Exception {
        int keys = args.length > 0 ? Integer.parseInt(args[0]) : 300_000;
        try (Standalone server =
                Standalone.start(ServerOptions.DEFAULTS.withDirective("repl-diskless-sync-delay", "0"))) {
            Data.fill(server, keys);
            long first = used(server);
            long begun = System.nanoTime();
            Plan plan = Optimizer.run(Optimizer.Options.of(server.uri()), text -> {});
            print("planned in " + (System.nanoTime() - begun) / 1_000_000 + " ms");
            long second = used(server);
            Application.Result result = Application.run(
                    server.uri(),
                    plan,
                    new Application.Options(false, Duration.ofSeconds(5), 5_000),
                    () -> false,
                    text -> {});
            long third = used(server);
            print("used_memory before " + first + ", planned " + second + ", applied " + third);
            print("promised " + result.promisedBytes() + ", saved " + result.savedBytes() + ", used_memory less "
                    + (first - third) + " and since the plan " + (second - third));
            print(result.toString());
            print(plan.notes().toString());
        }
    }

    private static long used(Standalone server) {
        return Long.parseLong(server.info("used_memory"));
    }

    private static void print(String text) {
        System.out.println(text);
    }
}
