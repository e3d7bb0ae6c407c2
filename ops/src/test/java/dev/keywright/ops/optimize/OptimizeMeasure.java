package dev.keywright.ops.optimize;

import dev.keywright.ops.wire.Wire;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Prints how long the trial of four settings on a dump takes. Arguments: keys (1000000). */
public final class OptimizeMeasure {

    private OptimizeMeasure() {}

    public static void main(String[] args) throws Exception {
        int keys = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        Path folder = Files.createTempDirectory("keywright-measure-");
        try {
            try (Standalone server = Standalone.start(ServerOptions.DEFAULTS.withFolder(folder))) {
                Data.fill(server, keys);
                try (Wire wire = Data.wire(server)) {
                    print("filled: " + wire.ask("DBSIZE") + " keys, "
                            + Memory.of(wire).dataBytes() / 1_000_000 + " MB");
                    Wire patient = Wire.open(wire.node(), dev.keywright.ops.wire.Access.OPEN, Duration.ofMinutes(2));
                    patient.ask("SAVE");
                    patient.close();
                }
            }
            long begun = System.nanoTime();
            Plan plan = Optimizer.run(
                    new Optimizer.Options(folder.resolve("dump.rdb").toString(), 1, List.of(), 4),
                    text -> print((System.nanoTime() - begun) / 1_000_000 + " ms " + text));
            print(plan.trials().size() + " settings tried in " + (System.nanoTime() - begun) / 1_000_000 + " ms");
            print(dev.keywright.ops.Document.text(plan));
        } finally {
            Scratch.remove(folder);
        }
    }

    private static void print(String text) {
        System.out.println(text);
    }
}
