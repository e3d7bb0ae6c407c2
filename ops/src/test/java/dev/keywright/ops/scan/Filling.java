package dev.keywright.ops.scan;

import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Fills a server with keys of all types, always the same, by a pipeline. */
final class Filling {

    private static final int TOGETHER = 500;

    private Filling() {}

    /** Of ten keys five are strings, three of them with a TTL; the rest are hashes, sets, sorted sets, lists and streams. */
    static void mixed(Standalone server, int keys) {
        List<String[]> commands = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            commands.add(command(i));
        }
        send(server, commands);
    }

    private static String[] command(int i) {
        String text = "x".repeat(10 + i * 31 % 200);
        return switch (i % 10) {
            case 0, 1, 2 ->
                new String[] {"SET", "session:" + i, "{\"user\":" + i + ",\"name\":\"" + text + "\"}", "EX", "86400"};
            case 3 -> new String[] {"SET", "counter:" + i, Integer.toString(i)};
            case 4 -> new String[] {"SET", "page:" + i, text};
            case 5 ->
                new String[] {
                    "HSET", "user:" + i + ":profile", "name", text, "age", "42", "city", "Berlin", "plan", "free"
                };
            case 6 -> new String[] {"SADD", "tags:" + i, "1", "2", "3", "5", "8", "13"};
            case 7 -> new String[] {"ZADD", "board:" + i, "1.5", "ann", "2.5", "bob", "3.5", text};
            case 8 -> new String[] {"RPUSH", "queue:" + i, "job-1", "job-2", text};
            default -> new String[] {"XADD", "events:" + i, "*", "kind", "click", "body", text};
        };
    }

    static void send(Standalone server, List<String[]> commands) {
        try (Wire wire = Wire.open(new Node("127.0.0.1", server.port()), Access.of(server.uri()))) {
            for (int from = 0; from < commands.size(); from += TOGETHER) {
                List<String[]> some = commands.subList(from, Math.min(commands.size(), from + TOGETHER));
                for (String[] each : some) {
                    wire.send(each);
                }
                wire.flush();
                for (int i = 0; i < some.size(); i++) {
                    Wire.orThrow(wire.read());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
