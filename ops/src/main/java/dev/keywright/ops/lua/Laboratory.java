package dev.keywright.ops.lua;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.keywright.ops.OpsException;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.CommandTable;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A private server on which scripts are run, and where everything they do is seen. For one thread. */
final class Laboratory implements AutoCloseable {

    /** A script that takes longer is stopped, with its server. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final String MARK = "keywright-end-of-call";

    /**
     * What a call did.
     *
     * @param endless it was stopped because it took too long; nothing else is known then
     * @param commands what the script sent
     * @param touched the keys in those commands
     */
    record Outcome(Answer answer, boolean endless, List<MonitorLine> commands, List<String> touched) {

        boolean failed() {
            return answer instanceof Answer.Failed;
        }

        /** Whether the error is one the script did not mean: raised by Lua or by a command, not answered. */
        boolean crashed() {
            return answer instanceof Answer.Failed failed
                    && (failed.text().contains("user_script:") || failed.text().contains("Error running script"));
        }
    }

    /** A key as it lies there: its value in the server's own form, its TTL in ms, or -1, and texts of it that are numbers. */
    record Stored(String value, long ttl, List<String> numbers) {}

    private final Standalone server;
    private final Wire wire;
    private final Wire monitor;
    private final CommandTable table;

    private Laboratory(Standalone server, Wire wire, Wire monitor) throws IOException {
        this.server = server;
        this.wire = wire;
        this.monitor = monitor;
        this.table = CommandTable.of(wire);
        monitor.ask("MONITOR");
    }

    static Laboratory open() {
        Standalone server = Standalone.start();
        Access access = Access.of(server.uri());
        Node node = new Node("127.0.0.1", server.port());
        try {
            return new Laboratory(server, Wire.open(node, access, PATIENCE), Wire.open(node, access, PATIENCE));
        } catch (IOException e) {
            server.close();
            throw broken(e);
        }
    }

    private static OpsException broken(IOException e) {
        return new OpsException("The private server for trials does not answer (" + e + "). Try again.", e);
    }

    /** Any command; an error is a value. */
    Answer ask(String... words) {
        try {
            return wire.call(words);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /** Runs the script and sees what it does. */
    Outcome run(String source, List<String> keys, List<String> arguments) {
        return run("EVAL", source, keys, arguments);
    }

    /** As above, by the digest of a script that was loaded. */
    Outcome runLoaded(String digest, List<String> keys, List<String> arguments) {
        return run("EVALSHA", digest, keys, arguments);
    }

    private Outcome run(String command, String script, List<String> keys, List<String> arguments) {
        List<String> words = new ArrayList<>(List.of(command, script, Integer.toString(keys.size())));
        words.addAll(keys);
        words.addAll(arguments);
        try {
            Answer answer = wire.call(words.toArray(String[]::new));
            wire.ask("ECHO", MARK);
            return outcome(answer);
        } catch (SocketTimeoutException endless) {
            return new Outcome(Answer.Nothing.NOTHING, true, List.of(), List.of());
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private Outcome outcome(Answer answer) throws IOException {
        List<MonitorLine> commands = new ArrayList<>();
        List<String> touched = new ArrayList<>();
        for (String text = monitor.line(); !text.contains(MARK); text = monitor.line()) {
            MonitorLine line = MonitorLine.of(text);
            if (line.fromScript()) {
                commands.add(line);
                List<byte[]> words = line.words().stream()
                        .map(word -> word.getBytes(ISO_8859_1))
                        .toList();
                for (int place : table.keys(words)) {
                    touched.add(line.words().get(place));
                }
            }
        }
        return new Outcome(answer, false, commands, touched);
    }

    /** Everything that is stored. */
    Map<String, Stored> snapshot() {
        Map<String, Stored> all = new HashMap<>();
        if (ask("KEYS", "*") instanceof Answer.Many names) {
            names.items().forEach(name -> all.put(latin(name), stored(name)));
        }
        return all;
    }

    private Stored stored(Answer name) {
        byte[] key = name instanceof Answer.Bulk bulk ? bulk.bytes() : new byte[0];
        String value = latin(keyed("DUMP", key));
        long ttl = keyed("PTTL", key) instanceof Answer.Whole whole ? whole.value() : -1;
        Answer content = switch (keyed("TYPE", key).text()) {
            case "string" -> keyed("GET", key);
            case "hash" -> keyed("HVALS", key);
            default -> Answer.Nothing.NOTHING;
        };
        List<String> numbers = content.text()
                .lines()
                .filter(line -> line.matches("-?\\d{1,18}(\\.\\d+)?"))
                .toList();
        return new Stored(value, ttl, numbers);
    }

    private Answer keyed(String command, byte[] key) {
        try {
            wire.send(command, key);
            wire.flush();
            return wire.read();
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private static String latin(Answer answer) {
        return answer instanceof Answer.Bulk bulk ? new String(bulk.bytes(), ISO_8859_1) : answer.text();
    }

    @Override
    public void close() {
        wire.close();
        monitor.close();
        server.close();
    }
}
