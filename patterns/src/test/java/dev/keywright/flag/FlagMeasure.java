package dev.keywright.flag;

import dev.keywright.Keywright;
import dev.keywright.connection.Command;
import dev.keywright.server.Standalone;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** What flags and users take on the server, and how fast a question is answered. By hand. */
final class FlagMeasure {

    private static final int FLAGS = 1_000;
    private static final int QUESTIONS = 3_000_000;

    private FlagMeasure() {}

    public static void main(String[] arguments) {
        try (Standalone redis = Standalone.start();
                Keywright kw = Keywright.connect(redis.uri())) {
            FeatureFlags flags = kw.flags("shop", FlagOptions.DEFAULTS.withAuditEntries(1_000));
            for (int i = 0; i < FLAGS; i++) {
                flags.changeAsync(Flag.off("feature-number-" + i).withPercent(10), "ann", "measured")
                        .toCompletableFuture()
                        .join();
            }
            print("a flag", memory(kw, "flag:{shop}") / FLAGS);
            print("an entry of the log", memory(kw, "flag:log:{shop}") / FLAGS);
            pages(kw, flags);
            questions(flags);
        }
    }

    private static void pages(Keywright kw, FeatureFlags flags) {
        for (int users : new int[] {1, 100, 512, 513, 65_536}) {
            Group group = flags.group("n" + users);
            group.add(
                    IntStream.range(0, users)
                            .mapToObj(i -> Integer.toString(i * (65_536 / users)))
                            .toList(),
                    "ann",
                    "m");
            print(users + " numbers of a page", memory(kw, "flag:{shop}:page:n" + users + ":0"));
        }
        flags.group("far")
                .add(
                        LongStream.range(0, 1_000)
                                .mapToObj(i -> Long.toString(i << 22))
                                .toList(),
                        "ann",
                        "m");
        print("a user alone on its page", memory(kw, "flag:{shop}:page:far:64"));
        flags.group("names")
                .add(
                        IntStream.range(0, 10_000)
                                .mapToObj(i -> "user-" + (100_000 + i))
                                .toList(),
                        "ann",
                        "m");
        long names = LongStream.rangeClosed(1, 64)
                .map(i -> memory(kw, "flag:{shop}:page:names:-" + i))
                .sum();
        print("a name of 11 letters", names / 10_000);
        print(
                "the label of a page",
                memory(kw, "flag:{shop}:pages") / flags.state().pages());
    }

    private static long memory(Keywright kw, String key) {
        return kw.connection()
                .call(Command.named("MEMORY")
                        .argument("USAGE")
                        .key(key)
                        .argument("SAMPLES")
                        .argument(0)
                        .build())
                .number();
    }

    private static void questions(FeatureFlags flags) {
        flags.change("rollout", flag -> flag.withPercent(50), "ann", "m");
        flags.change(
                "full",
                flag -> flag.withSegment("n100", 100).withSegment("names", 50).withPercent(50),
                "ann",
                "m");
        flags.override("full", "5", true, "ann", "m");
        flags.override("full", "6", false, "ann", "m");
        List<String> users =
                IntStream.range(0, 1_024).mapToObj(i -> "user-" + i).toList();
        for (int round = 0; round < 2; round++) {
            for (String flag : List.of("rollout", "full", "none")) {
                long start = System.nanoTime();
                int on = 0;
                for (int i = 0; i < QUESTIONS; i++) {
                    on += flags.isOn(flag, (long) i) ? 1 : 0;
                }
                long numbers = System.nanoTime();
                for (int i = 0; i < QUESTIONS; i++) {
                    on += flags.isOn(flag, users.get(i & 1_023)) ? 1 : 0;
                }
                long texts = System.nanoTime();
                System.out.printf(
                        "%s: %.1f ns by number, %.1f ns by text (%d on)%n",
                        flag, (numbers - start) / (double) QUESTIONS, (texts - numbers) / (double) QUESTIONS, on);
            }
        }
    }

    private static void print(String what, long bytes) {
        System.out.println(what + ": " + bytes + " bytes");
    }
}
