package dev.keywright.testing;

import dev.keywright.server.Redis;
import dev.keywright.server.Sentinel;
import dev.keywright.server.Standalone;
import java.util.List;
import java.util.stream.Collectors;

/** Hangs on the failure of a test and says what the servers were and what they logged. */
final class ServersAtFailure extends Exception {

    private static final int LINES = 40;

    ServersAtFailure(Redis redis) {
        super(
                "on " + redis.topology() + " " + redis + System.lineSeparator()
                        + redis.nodes().stream().map(ServersAtFailure::log).collect(Collectors.joining())
                        + sentinels(redis).stream().map(ServersAtFailure::log).collect(Collectors.joining()),
                null,
                false,
                false);
    }

    private static List<Standalone> sentinels(Redis redis) {
        return redis instanceof Sentinel watched ? watched.sentinels() : List.of();
    }

    private static String log(Standalone node) {
        List<String> lines = node.log().lines().toList();
        return "==> log of " + node + (node.isRunning() ? "" : ", which is not running") + System.lineSeparator()
                + lines.subList(Math.max(0, lines.size() - LINES), lines.size()).stream()
                        .map(line -> line + System.lineSeparator())
                        .collect(Collectors.joining());
    }
}
