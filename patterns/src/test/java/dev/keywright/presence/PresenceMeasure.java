package dev.keywright.presence;

import dev.keywright.Keywright;
import dev.keywright.server.Standalone;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Memory of a user and commands of a round of heartbeats, on a server of its own. Argument: users. */
final class PresenceMeasure {

    private PresenceMeasure() {}

    public static void main(String[] arguments) {
        int users = Integer.parseInt(arguments[0]);
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        PresenceOptions options =
                PresenceOptions.DEFAULTS.withTtl(Duration.ofMinutes(30)).withDeadline(Duration.ofSeconds(20));
        try (Standalone redis = Standalone.start();
                Keywright kw = Keywright.connect(redis.uri());
                Presence presence = kw.presence("room", options)) {
            List<CompletableFuture<OnlineSession>> coming = new ArrayList<>();
            for (int i = 0; i < users; i++) {
                coming.add(presence.onlineAsync("user-" + (1_000_000 + i), "device-1")
                        .toCompletableFuture());
                if (coming.size() == 500) {
                    coming.forEach(CompletableFuture::join);
                    coming.clear();
                }
            }
            coming.forEach(CompletableFuture::join);
            for (String key : List.of("", ":devices", ":events")) {
                String bytes = redis.command("MEMORY", "USAGE", "presence:{room}" + key, "SAMPLES", "0");
                out.println("presence:{room}" + key + " " + Long.parseLong(bytes) / users + " bytes a user");
            }
            redis.command("CONFIG", "RESETSTAT");
            long start = System.nanoTime();
            presence.beat();
            out.println("a round of " + users + " heartbeats took " + (System.nanoTime() - start) / 1_000_000 + " ms");
            redis.command("INFO", "commandstats")
                    .lines()
                    .filter(line -> line.contains("eval") || line.contains("zadd"))
                    .forEach(out::println);
            redis.command("INFO", "latencystats")
                    .lines()
                    .filter(line -> line.contains("evalsha"))
                    .forEach(out::println);
            out.println("online " + presence.count());
        }
    }
}
